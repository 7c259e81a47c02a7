import fc from 'fast-check';
import ipaddr from 'ipaddr.js';

import { isPrivateAddress } from '../../../nodes/core/http/address';

/** By ipaddr.js, an independent table of the same registries. Of addresses that carry an IPv4 address that one counts. */
function isSpecial(address: string): boolean {
	const parsed = ipaddr.parse(address);
	if (!(parsed instanceof ipaddr.IPv6)) return parsed.range() !== 'unicast';
	const bytes = parsed.toByteArray();
	const carriesIpv4 =
		parsed.isIPv4MappedAddress() || parsed.toNormalizedString().startsWith('64:ff9b:0:0:0:0:') || bytes.slice(0, 12).every((byte) => byte === 0);
	if (carriesIpv4) return ipaddr.fromByteArray(bytes.slice(12)).range() !== 'unicast';
	// Outside of 2000::/3 nothing is in use yet, which ipaddr.js calls unicast.
	return parsed.range() !== 'unicast' || ((bytes[0] ?? 0) & 0xe0) !== 0x20;
}

const byte = fc.integer({ min: 0, max: 255 });
const ipv4 = fc
	.tuple(
		fc.oneof(byte, fc.constantFrom(0, 10, 100, 127, 169, 172, 192, 198, 203, 224, 240, 255)),
		fc.oneof(byte, fc.constantFrom(0, 16, 18, 31, 52, 64, 88, 168, 175, 254)),
		byte,
		byte,
	)
	.map((bytes) => bytes.join('.'));
const group = fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 0xffff }));
const beginnings = [
	'',
	'64:ff9b',
	'64:ff9b:1',
	'100',
	'2001',
	'2001:2',
	'2001:10',
	'2001:20',
	'2001:db8',
	'2002',
	'2620:4f:8000',
	'3fff',
	'5f00',
	'fc00',
	'fd00',
	'fe80',
	'fec0',
	'ff02',
	'2606:4700',
	'0:0:0:0:0:ffff',
	'0:0:0:0:ffff:0',
];
const ipv6 = fc.tuple(fc.constantFrom(...beginnings), fc.array(group, { minLength: 8, maxLength: 8 })).map(([beginning, rest]) => {
	const start = beginning === '' ? [] : beginning.split(':');
	return [...start, ...rest.slice(start.length).map((one) => one.toString(16))].join(':');
});

test.each([
	['IPv4', ipv4],
	['IPv6', ipv6],
])(
	'what is private of %s is what no registry gives to the internet',
	(_name, addresses) => {
		fc.assert(
			fc.property(addresses, (address) => {
				expect({ address, is: isPrivateAddress(address) }).toEqual({ address, is: isSpecial(address) });
			}),
			{ numRuns: 20_000, seed: 20261120 },
		);
	},
	60_000,
);

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
