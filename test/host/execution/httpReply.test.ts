/** Replies are read piece by piece, and not beyond any documented length. */
import { Readable } from 'node:stream';

import { isByteStream, isHttpReply, mostReplyBytes, readText } from '../../../nodes/host/execution/httpReply';

describe('a reply is read', () => {
	test.each<[string, () => unknown, string]>([
		['from pieces that cut a character in two', () => Readable.from([Buffer.from([0xc3]), Buffer.from([0xa4, 0x21])]), 'ä!'],
		['with half a character at its end', () => Readable.from([Buffer.from([0x61, 0xc3])]), 'a\ufffd'],
		['from pieces of text', () => Readable.from(['a', 'b']), 'ab'],
		['as text', () => 'text', 'text'],
		['as an object that n8n parsed', () => ({ code: 200 }), '{"code":200}'],
		['as nothing', () => Readable.from([]), ''],
	])('%s', async (_, body, text) => {
		await expect(readText(body())).resolves.toEqual({ text, isWhole: true });
	});

	test('up to the limit, and its stream is closed there', async () => {
		const most = Buffer.alloc(mostReplyBytes, 0x20);
		const tooLong = Readable.from([most, Buffer.from('x'), Buffer.from('never read')]);
		const lengths = await Promise.all(
			[Readable.from([most]), tooLong, ' '.repeat(mostReplyBytes), ' '.repeat(mostReplyBytes + 1)].map(async (body) => {
				const { text, isWhole } = await readText(body);
				return [text.length, isWhole];
			}),
		);
		expect(lengths).toEqual([true, false, true, false].map((isWhole) => [mostReplyBytes, isWhole]));
		expect(tooLong.destroyed).toBe(true);
	});

	test('and rejects if its stream breaks', async () => {
		const broken = new Readable({ read: () => broken.destroy(new Error('reset')) });
		await expect(readText(broken)).rejects.toThrow('reset');
	});
});

test.each<[unknown, boolean]>([
	[{ statusCode: 200, headers: {}, body: '' }, true],
	[{ statusCode: '200' }, false],
	['text', false],
	[undefined, false],
])('a reply of n8n is recognized: %j', (value, expected) => {
	expect(isHttpReply(value)).toBe(expected);
});

test.each<[string, unknown, boolean]>([
	['a stream', Readable.from([]), true],
	['a list', [], false],
	['nothing', null, false],
	['text', 'text', false],
	['what cannot be closed', (async function* none() {})(), false],
])('%s is a stream: %s', (_, value, expected) => {
	expect(isByteStream(value)).toBe(expected);
});
