import type { NodeEgressFilter, RequestHelperFunctions } from 'n8n-workflow';

import { isPrivateAddress } from '../../core/http/address';
import { isPrivateUrl } from '../../core/http/url';
import type { NodeContext } from './nodeContext';

type NetworkSide = 'inside' | 'outside' | 'unknown';

/** Every address of a host name, as n8n's own client looks it up. */
async function addressesOf(filter: Partial<NodeEgressFilter>, hostname: string): Promise<string[]> {
	const lookup = filter.createSecureLookup?.();
	if (lookup === undefined) return [];
	return await new Promise((resolve, reject) => {
		lookup(hostname, { all: true }, (error, found) => {
			if (error !== null) reject(error);
			else resolve((Array.isArray(found) ? found : [found]).map((one) => (typeof one === 'string' ? one : one.address)));
		});
	});
}

const isForbidden = (error: unknown): boolean => error instanceof Error && error.name.startsWith('Ssrf');

/** What a host name leads to, according to n8n's egress rules (even if they are switched off) and this package's own, which know more ranges. */
async function whereabouts(context: NodeContext, url: URL): Promise<NetworkSide> {
	if (isPrivateAddress(url.hostname.replace(/^\[|\]$/g, '')) === false) return 'outside';
	// Older versions of n8n do not have the helper.
	const helpers: Partial<Pick<RequestHelperFunctions, 'getSecureEgressFilter'>> = context.helpers;
	const filter = helpers.getSecureEgressFilter?.('enforced');
	if (filter === undefined) return 'outside';
	try {
		const verdict = await filter.validateUrl(url);
		if (!verdict.ok) return isForbidden(verdict.error) ? 'inside' : 'unknown';
		const addresses = await addressesOf(filter, url.hostname);
		return addresses.some((address) => isPrivateAddress(address) !== false) ? 'inside' : 'outside';
	} catch (error) {
		return isForbidden(error) ? 'inside' : 'unknown';
	}
}

/**
 * Whether a URL's host name leads into a private network although the provider's does not. If the provider's own does too
 * (a gateway, the simulator), its URLs may.
 */
async function isInsideNetwork(context: NodeContext, url: URL, baseUrl: URL): Promise<boolean> {
	if (isPrivateUrl(baseUrl) || url.hostname === baseUrl.hostname) return false;
	const place = await whereabouts(context, url);
	if (place === 'outside') return false;
	const home = await whereabouts(context, baseUrl);
	// Behind a proxy, no name may resolve here. But if the provider's name resolves, one that does not is refused: it may resolve to a private address a moment later.
	return place === 'inside' ? home !== 'inside' : home === 'outside';
}

export const privateFault = 'the URL points into a private network';

/** The rule for every URL from a reply: why it must not be requested; undefined if it may be. */
export async function urlFault(context: NodeContext, url: URL, baseUrl: URL): Promise<string | undefined> {
	if (isPrivateUrl(url) && !isPrivateUrl(baseUrl)) return privateFault;
	if (url.protocol !== 'https:' && !(url.protocol === 'http:' && baseUrl.protocol === 'http:')) {
		return `the URL begins with ${url.protocol}// instead of https://`;
	}
	return (await isInsideNetwork(context, url, baseUrl)) ? privateFault : undefined;
}
