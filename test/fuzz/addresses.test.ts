import fc from 'fast-check';

import { isPrivateAddress } from '../../nodes/core/http/address';
import { isSpecialAddress } from '../support/isSpecialAddress';
import { holds, type Verdict } from './support/property';

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

const sameOfBoth = (address: string): Verdict => {
	const isPrivate = isPrivateAddress(address);
	return isPrivate === isSpecialAddress(address) ? undefined : `${address} is ${isPrivate === true ? '' : 'not '}private`;
};

holds('what is private of IPv4 is what no registry gives to the internet', 20_000, ipv4, sameOfBoth);
holds('what is private of IPv6 is what no registry gives to the internet', 20_000, ipv6, sameOfBoth);
