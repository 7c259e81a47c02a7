import ipaddr from 'ipaddr.js';

import { isPrivateAddress } from '../../../nodes/core/http/address';
import { isSpecialAddress } from '../../support/isSpecialAddress';

const valueOf = (address: string): bigint =>
	ipaddr
		.parse(address)
		.toByteArray()
		.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);

/** An address at a distance from another; undefined beyond the last one. */
function addressAt(address: string, distance: bigint): string | undefined {
	const { length } = ipaddr.parse(address).toByteArray();
	const value = valueOf(address) + distance;
	if (value < 0n || value >= 256n ** BigInt(length)) return undefined;
	const bytes = Array.from({ length }, (_, index) => Number((value >> BigInt(8 * (length - 1 - index))) & 255n));
	return ipaddr.fromByteArray(bytes).toString();
}

/** First and last address of each range, with their neighbors outside. */
function edgesOf(cidr: string): string[] {
	const [address = '', length = ''] = cidr.split('/');
	const size = 1n << BigInt((address.includes(':') ? 128 : 32) - Number(length));
	return [-1n, 0n, size - 1n, size].flatMap((distance) => addressAt(address, distance) ?? []);
}

const ranges = [
	'0.0.0.0/8',
	'10.0.0.0/8',
	'100.64.0.0/10',
	'127.0.0.0/8',
	'169.254.0.0/16',
	'172.16.0.0/12',
	'192.0.0.0/24',
	'192.0.2.0/24',
	'192.31.196.0/24',
	'192.52.193.0/24',
	'192.88.99.0/24',
	'192.168.0.0/16',
	'192.175.48.0/24',
	'198.18.0.0/15',
	'198.51.100.0/24',
	'203.0.113.0/24',
	'224.0.0.0/4',
	'240.0.0.0/4',
	'::/3',
	'2001::/23',
	'2001:db8::/32',
	'2002::/16',
	'2620:4f:8000::/48',
	'3fff::/20',
	'4000::/2',
	'8000::/1',
	'fc00::/7',
	'fe80::/10',
	'fec0::/10',
	'ff00::/8',
];

test.each(ranges)('%s is private from its first to its last address, and not beyond', (cidr) => {
	const [address = ''] = cidr.split('/');
	expect(isPrivateAddress(address)).toBe(true);
	for (const edge of edgesOf(cidr)) expect({ edge, is: isPrivateAddress(edge) }).toEqual({ edge, is: isSpecialAddress(edge) });
});

test.each(['::', '::ffff:0:0', '64:ff9b::'])('an IPv4 address written in %s is judged as an IPv4 address', (carrier) => {
	for (const cidr of ranges.filter((one) => !one.includes(':'))) {
		for (const edge of edgesOf(cidr)) {
			const carried = addressAt(carrier, valueOf(edge)) ?? '';
			expect({ carried, is: isPrivateAddress(carried) }).toEqual({ carried, is: isSpecialAddress(edge) });
		}
	}
});

test.each<[string, boolean | undefined]>([
	['fe80::1%eth0', true],
	['::FFFF:127.0.0.1', true],
	['::', true],
	['8.8.8.8', false],
	['2606:4700:0:0::1111', false],
	['example.com', undefined],
	['1.2.3', undefined],
	['1.2.3.256', undefined],
	['1:2:3', undefined],
	['', undefined],
])('%j: %s', (address, is) => {
	expect(isPrivateAddress(address)).toBe(is);
});
