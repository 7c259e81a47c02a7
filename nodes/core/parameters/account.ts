import { isWebUrl } from '../http/url';
import { trimInvisible } from '../invisible';

/** A credential's values, ready for use. */
export interface AccountFields {
	apiKey: string;
	/** Without a trailing slash; empty for the provider's default. */
	baseUrl: string;
}

/** Reads what was typed into a credential, without whitespace and invisible characters around it. */
export function readAccountFields({ apiKey, baseUrl }: Readonly<Record<string, unknown>>): AccountFields {
	const text = (value: unknown): string => (typeof value === 'string' ? trimInvisible(value) : '');
	const address = text(baseUrl);
	let end = address.length;
	while (end > 1 && address.charAt(end - 1) === '/') end--;
	return { apiKey: text(apiKey), baseUrl: address.slice(0, end) };
}

/** What is wrong with a credential, as a clause without capital and period; undefined if it can be used. `name` is what messages call the credential. The clause quotes neither the key nor the URL. */
export function accountFault({ apiKey, baseUrl }: AccountFields, name: string): string | undefined {
	if (apiKey === '') return `the ${name} has no API Key`;
	if (/^(authorization\s*:|x?-?api-key\s*:|bearer\s)/i.test(apiKey)) {
		return `the API Key in the ${name} begins with ${/bearer/i.test(apiKey.slice(0, 30)) ? '"Bearer "' : 'the name of a header'}: enter only the key, the rest is added when it is sent`;
	}
	if (/^(undefined|null)$/.test(apiKey)) return `the ${name} has no API Key, only the word ${apiKey}: its expression returned nothing`;
	if (/^=?\{\{/.test(apiKey)) return `the API Key in the ${name} is an expression that n8n did not evaluate: switch the field to Expression, or enter the key`;
	if (/^https?:\/\//i.test(apiKey)) return `the API Key in the ${name} is a URL: enter the key that you find there`;
	if (/^["'`“<].*["'`”>]$/.test(apiKey)) return `the API Key in the ${name} is in quotes or brackets: enter only the key`;
	if (/^(export\s+)?\w*(api[_-]?key|token)\w*\s*[=:]/i.test(apiKey)) return `the API Key in the ${name} begins with a name: enter only what follows = or :`;
	if (/^[\x20-\x7e\x80-\xff]*[ \xa0]/.test(apiKey)) return `the API Key in the ${name} contains a space: enter only the key`;
	if (/[^\x20-\x7e\x80-\xff]/.test(apiKey)) return `the API Key in the ${name} contains a character that cannot be sent, such as a line break: copy it again`;
	if (baseUrl === '') return undefined;
	if (!isWebUrl(baseUrl)) return `the Base URL in the ${name} must begin with https:// or http:// and a host`;
	if (/[?#]/.test(baseUrl)) return `the Base URL in the ${name} must have no ? or #: paths are added to it`;
	const { username, password } = new URL(baseUrl);
	if (username !== '' || password !== '' || /^[a-z]+:\/\/[^/\\]*@/i.test(baseUrl))
		return `the Base URL in the ${name} must not contain a user name or password: they would replace the API Key and appear in outputs`;
	return /[\s\p{Cc}\p{Cf}\\]/u.test(baseUrl) ? `the Base URL in the ${name} must have no space or backslash` : undefined;
}
