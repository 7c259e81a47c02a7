import { isWebUrl } from '../http/url';
import { trimInvisible } from '../invisible';

/** What a credential holds, as it can be used. */
export interface AccountFields {
	apiKey: string;
	/** Without a slash at its end; empty where the provider's own is meant. */
	baseUrl: string;
}

/** What was copied into a credential, without the blank and invisible characters around it. */
export function readAccountFields({ apiKey, baseUrl }: Readonly<Record<string, unknown>>): AccountFields {
	const text = (value: unknown): string => (typeof value === 'string' ? trimInvisible(value) : '');
	const address = text(baseUrl);
	let end = address.length;
	while (end > 1 && address.charAt(end - 1) === '/') end--;
	return { apiKey: text(apiKey), baseUrl: address.slice(0, end) };
}

/** What is wrong with a credential, as a clause without capital and period; undefined if it can be used. `name` is what messages call the credential. Quotes neither key nor URL. */
export function accountFault({ apiKey, baseUrl }: AccountFields, name: string): string | undefined {
	if (apiKey === '') return `the ${name} has no API Key`;
	if (/^(authorization\s*:|x?-?api-key\s*:|bearer\s)/i.test(apiKey)) {
		return `the API Key in the ${name} begins with ${/bearer/i.test(apiKey.slice(0, 30)) ? '"Bearer "' : 'the name of a header'}: enter only the key, the rest is added when it is sent`;
	}
	if (/[^\x20-\x7e\x80-\xff]/.test(apiKey)) return `the API Key in the ${name} contains a character that cannot be sent, such as a line break: copy it again`;
	if (baseUrl === '') return undefined;
	if (!isWebUrl(baseUrl)) return `the Base URL in the ${name} must begin with https:// or http:// and a host`;
	if (/[?#]/.test(baseUrl)) return `the Base URL in the ${name} must have no ? or #: paths are added to it`;
	const { username, password } = new URL(baseUrl);
	if (username !== '' || password !== '') return `the Base URL in the ${name} must not contain a user name or password: they would replace the API Key and appear in outputs`;
	return /[\s\p{Cc}\\]/u.test(baseUrl) ? `the Base URL in the ${name} must have no space or backslash` : undefined;
}
