import { isSecretName } from '../http/hideTokens';
import { isPrivateUrl, isUrl } from '../http/url';
import type { Provider } from '../provider/provider';
import { quote } from '../text';

/** The path below n8n's resume URL on which Seedream Wait for Task listens; n8n's own Wait nodes use no such path. */
export const resumePath = 'seedream';

/** n8n's resume URL for Seedream Wait for Task. The query, which contains n8n's token, is kept. */
export function resumeUrlFor(resumeUrl: string, provider: Provider): string {
	const url = new URL(resumeUrl);
	url.pathname = `${url.pathname.replace(/\/+$/, '')}/${resumePath}`;
	return withProvider(url.href, provider);
}

/** Adds `?provider=`, so that the receiver knows which provider calls. */
export function withProvider(address: string, provider: Provider): string {
	const url = new URL(address);
	if (!url.searchParams.has('provider')) url.searchParams.set('provider', provider.id);
	return url.href;
}

/** A callback URL as an output may show it: without the token that resumes an execution, and without passwords. */
export function withoutToken(address: string): string {
	const url = new URL(address);
	for (const name of new Set(url.searchParams.keys())) {
		if (isSecretName(name)) url.searchParams.set(name, '***');
	}
	if (url.username !== '') url.username = '***';
	if (url.password !== '') url.password = '***';
	return url.href;
}

/** Paths of n8n's editor pages, and of test webhooks, which only work while the editor listens for a test event. */
const editorPath = /(^|\/)(workflow|workflows|projects|executions|home)\/[^/]/;
const testPath = /(^|\/)(webhook-test|form-test|mcp-test)(\/|$)/;

/** A warning about a callback URL that providers can call but that is probably wrong. */
export function callbackUrlWarning(address: string): string | undefined {
	const { pathname } = new URL(address);
	const remedy = 'Take the Production URL from the panel of the Seedream Generate Trigger or Webhook node, and publish its workflow.';
	if (testPath.test(pathname))
		return `Callback URL is a test URL: n8n answers it with 404 unless the editor is listening for a test event at that moment. ${remedy}`;
	return editorPath.test(pathname) && !/(^|\/)webhook\//.test(pathname)
		? `Callback URL looks like a page of the n8n editor, which no provider can call. ${remedy}`
		: undefined;
}

/** Why a provider cannot call this URL, with the remedy; undefined if it can. */
export function callbackUrlFault(address: string, provider: Provider, options: { allowPrivate: boolean; isResumeUrl: boolean }): string | undefined {
	if (provider.submit.callbackField === undefined) return `${provider.displayName} sends no callbacks: set Callback to None`;
	if (address === '' && !options.isResumeUrl)
		return 'Callback URL is empty: it must begin with https:// or http://, such as the Production URL of a Seedream Generate Trigger';
	if (/\{\{|\[object \w+\]/.test(address)) return `Callback URL contains an expression that n8n did not evaluate, or an object: ${quote(address, 80)}`;
	if (!isUrl(address) || !/^https?:/i.test(address)) {
		return `Callback URL must begin with https:// or http://, but is "${address.slice(0, 80)}"`;
	}
	if (options.allowPrivate) return undefined;
	const url = new URL(address);
	const remedy = options.isResumeUrl
		? ". Set N8N_WEBHOOK_URL to this n8n's public https address (older versions call it WEBHOOK_URL), in queue mode on the workers too, or set Callback to None and let Seedream Wait for Task poll"
		: '';
	if (isPrivateUrl(url)) {
		return `${provider.displayName} cannot reach the callback URL at ${url.hostname}${remedy}. For a local gateway, turn on Allow Private Callback URL`;
	}
	if (provider.submit.callbackNeedsHttps === true && url.protocol !== 'https:') {
		const own = options.isResumeUrl ? remedy : ": enter the server's https address. For a local gateway that accepts http, turn on Allow Private Callback URL";
		return `${provider.displayName} calls back only https addresses, but the callback URL begins with http://${own}`;
	}
	return undefined;
}
