import type { RequestHelperFunctions } from 'n8n-workflow';

import type { NodeContext } from './transport';
import { isPrivateUrl } from '../../core/http/url';

/** Whether a host name leads to an address that n8n's own egress rules forbid, whether or not they are switched on. */
async function leadsInside(context: NodeContext, url: URL): Promise<boolean> {
	// Versions of n8n before these rules do not have the helper.
	const helpers: Partial<Pick<RequestHelperFunctions, 'getSecureEgressFilter'>> = context.helpers;
	const verdict = await helpers
		.getSecureEgressFilter?.('enforced')
		.validateUrl(url)
		.catch(() => undefined);
	// A name that cannot be looked up here may be known to a proxy: the request itself will tell.
	return verdict?.ok === false && verdict.error.name.startsWith('Ssrf');
}

/**
 * Whether a URL that came in a reply points into a private network although the provider lives outside. Where the
 * provider itself does (a gateway, the simulator), so may its URLs.
 */
export async function pointsInside(context: NodeContext, url: URL, baseUrl: URL): Promise<boolean> {
	if (isPrivateUrl(baseUrl) || url.hostname === baseUrl.hostname) return false;
	if (isPrivateUrl(url)) return true;
	return (await leadsInside(context, url)) && !(await leadsInside(context, baseUrl));
}
