/** The special ranges in IANA's registries, with their purpose; no provider serves images from them. */
const specialIpv4 = [
	'0.0.0.0/8', // this network
	'10.0.0.0/8',
	'100.64.0.0/10', // carrier-grade NAT; one cloud serves its metadata at 100.100.100.200
	'127.0.0.0/8',
	'169.254.0.0/16', // link-local; most clouds serve their metadata here
	'172.16.0.0/12',
	'192.0.0.0/24', // protocol assignments
	'192.0.2.0/24', // examples
	'192.31.196.0/24', // AS112
	'192.52.193.0/24', // AMT
	'192.88.99.0/24', // 6to4 relays
	'192.168.0.0/16',
	'192.175.48.0/24', // AS112
	'198.18.0.0/15', // benchmarks
	'198.51.100.0/24', // examples
	'203.0.113.0/24', // examples
	'224.0.0.0/4', // multicast
	'240.0.0.0/4', // reserved, broadcast
];
/** Special ranges inside 2000::/3; no other part of IPv6 is in use on the internet. */
const specialIpv6 = [
	'2001::/23', // protocol assignments, Teredo, ORCHID, benchmarks
	'2001:db8::/32', // examples
	'2002::/16', // 6to4
	'2620:4f:8000::/48', // AS112
	'3fff::/20', // examples
];
const globalUnicast = '2000::/3';
/** IPv4 written as IPv6: mapped, compatible, and translated by NAT64. The IPv4 address at the end decides. */
const withIpv4 = ['::ffff:0:0/96', '::/96', '64:ff9b::/96'];

interface Range {
	prefix: bigint;
	/** Number of bits after the prefix. */
	free: bigint;
}

function ipv4Bits(address: string): bigint | undefined {
	const parts = address.split('.');
	if (parts.length !== 4 || !parts.every((part) => /^\d{1,3}$/.test(part) && Number(part) < 256)) return undefined;
	return parts.reduce((bits, part) => bits * 256n + BigInt(part), 0n);
}

/** An address as the URL parser writes it: at most one `::`, no dots. */
function ipv6Bits(address: string): bigint {
	const [head = '', tail] = address.split('::');
	const groups = (text: string): string[] => text.split(':').filter((group) => group !== '');
	const [before, after] = [groups(head), groups(tail ?? '')];
	const zeros = Array.from({ length: tail === undefined ? 0 : 8 - before.length - after.length }, () => '0');
	return [...before, ...zeros, ...after].reduce((bits, group) => bits * 65_536n + BigInt(`0x${group}`), 0n);
}

function range(text: string): Range {
	const [address = '', length = ''] = text.split('/');
	const ipv4 = ipv4Bits(address);
	const free = BigInt((ipv4 === undefined ? 128 : 32) - Number(length));
	return { prefix: (ipv4 ?? ipv6Bits(address)) >> free, free };
}

const isIn = (bits: bigint, { prefix, free }: Range): boolean => bits >> free === prefix;
const [ipv4Ranges, ipv6Ranges, embeddings] = [specialIpv4.map(range), specialIpv6.map(range), withIpv4.map(range)];
const unicast = range(globalUnicast);

function isPrivateIpv6(bits: bigint): boolean {
	if (embeddings.some((one) => isIn(bits, one))) return ipv4Ranges.some((one) => isIn(bits & 0xffffffffn, one));
	return !isIn(bits, unicast) || ipv6Ranges.some((one) => isIn(bits, one));
}

/** Relies on the URL parser, which knows every way of writing an IPv6 address. */
function normalizedIpv6(address: string): string | undefined {
	try {
		return new URL(`http://[${address.replace(/%.*$/, '')}]/`).hostname.slice(1, -1);
	} catch {
		return undefined;
	}
}

/** Whether an IP address is not public; undefined if the text is not an IP address. */
export function isPrivateAddress(address: string): boolean | undefined {
	const ipv4 = ipv4Bits(address);
	if (ipv4 !== undefined) return ipv4Ranges.some((one) => isIn(ipv4, one));
	const ipv6 = address.includes(':') ? normalizedIpv6(address) : undefined;
	return ipv6 === undefined ? undefined : isPrivateIpv6(ipv6Bits(ipv6));
}
