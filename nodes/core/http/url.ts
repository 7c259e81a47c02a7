import { isPrivateAddress } from './address';

/**
 * Whether a text is a URL. Not URL.canParse(): once optimized, Node 20's rejects every URL that contains an ü (seen after
 * 2,500 calls).
 */
export function isUrl(text: string, base?: string): boolean {
	try {
		return new URL(text, base).href !== '';
	} catch {
		return false;
	}
}

export function isWebUrl(text: string): boolean {
	return /^https?:\/\//i.test(text) && isUrl(text);
}

const privateNames =
	/^(localhost|.*\.(localhost|localdomain|local|internal|intranet|intra|private|corp|home|lan|home\.arpa|svc|cluster|consul|docker|k8s|localnet|workgroup|onion|test|invalid)|(.*\.)?(fritz\.box|localtest\.me|lvh\.me))$/i;

/** Public host names that resolve to the IP address they contain. */
const addressInName = /(?:^|[.-])(\d{1,3}(?:[.-]\d{1,3}){3})\.(?:nip|sslip)\.io$/i;

/** Whether a URL names this machine or a private network. The URL parser has already turned 0x7f.1 and 2130706433 into 127.0.0.1. */
export function isPrivateUrl(url: URL): boolean {
	const host = url.hostname.replace(/\.+$/, '');
	const [, named = host] = addressInName.exec(host) ?? [];
	const address = isPrivateAddress(named.replaceAll('-', '.').replace(/^\[|\]$/g, ''));
	// A name without a dot is known only in the local network.
	return address ?? (privateNames.test(host) || !host.includes('.'));
}
