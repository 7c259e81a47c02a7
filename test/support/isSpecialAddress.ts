import ipaddr from 'ipaddr.js';

/** Asks ipaddr.js, an independent table of the same registries. If an address contains an IPv4 address, that one counts. */
export function isSpecialAddress(address: string): boolean {
	const parsed = ipaddr.parse(address);
	if (!(parsed instanceof ipaddr.IPv6)) return parsed.range() !== 'unicast';
	const bytes = parsed.toByteArray();
	const carriesIpv4 =
		parsed.isIPv4MappedAddress() || parsed.toNormalizedString().startsWith('64:ff9b:0:0:0:0:') || bytes.slice(0, 12).every((byte) => byte === 0);
	if (carriesIpv4) return ipaddr.fromByteArray(bytes.slice(12)).range() !== 'unicast';
	// ipaddr.js calls addresses outside 2000::/3 unicast, but none of them is in use yet.
	return parsed.range() !== 'unicast' || ((bytes[0] ?? 0) & 0xe0) !== 0x20;
}
