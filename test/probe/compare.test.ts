import { providerIds } from '../../nodes/providers';
import { isJsonObject } from '../../nodes/core/json';
import { compareReply, shapeOf } from '../../scripts/probe/compare';
import { contractOf } from '../support/contractOf';
import type { ReplyContract } from '../support/replyContract';
import { fixture, fixtureNames } from '../support/fixture';

const contract: ReplyContract = {
	fields: {
		code: { is: ['number'], required: true, words: [200] },
		data: { is: ['object'], required: true },
		'data.state': { is: ['text'], required: true, words: ['running', 'done'] },
		'data.result': { is: ['text'], required: ['done'], json: true },
		'data.result(json).urls': { is: ['list'], required: ['done'] },
		'data.result(json).urls[]': { is: ['text'] },
		'data.input': { is: ['object'], free: true },
	},
	wordPath: 'data.state',
	undescribed: ['running'],
};

const told = (body: unknown): string[] =>
	(isJsonObject(body) ? compareReply(contract, body) : []).map(({ kind, path, isDrift }) => `${kind} ${path}${isDrift ? '' : ' (open)'}`);

test.each<[string, unknown, string[]]>([
	['nothing if all is there', { code: 200, data: { state: 'done', result: '{"urls":["a"]}', input: { any: { thing: 1 } } } }, []],
	['everything that is missing at the top', {}, ['missingField code', 'missingField data']],
	['what is missing beside its word only', { code: 200, data: { state: 'done' } }, ['missingField data.result']],
	[
		'what is missing inside a JSON text',
		{ code: 200, data: { state: 'done', result: '{"url":"a"}' } },
		['unknownField data.result(json).url', 'missingField data.result(json).urls'],
	],
	['a JSON text that is none, once', { code: 200, data: { state: 'done', result: '{"urls":[' } }, ['unreadable data.result']],
	['another type, but not what is inside', { code: '200', data: { state: 'done', result: { urls: [] } } }, ['otherType code', 'otherType data.result']],
	['an unknown object once', { code: 200, data: { state: 'done', result: '{"urls":[]}' }, meta: { a: { b: 1 } } }, ['unknownField meta']],
	['entries of a list once', { code: 200, data: { state: 'done', result: '{"urls":[1,2]}' } }, ['otherType data.result(json).urls[]']],
	['an unknown word, and nothing that is missing beside it', { code: 200, data: { state: 'brewing' } }, ['unknownWord data.state']],
	[
		'a word in another spelling, and what is missing beside it',
		{ code: 200, data: { state: 'Done' } },
		['otherSpelling data.state', 'missingField data.result'],
	],
	['more if nothing is described as an answer', { code: 200, data: { state: 'running', place: 3 } }, ['unknownField data.place (open)']],
	[
		'names like those of Object',
		JSON.parse('{"code":200,"data":{"state":"running"},"__proto__":{"a":1},"toString":1}'),
		['unknownField __proto__', 'unknownField toString'].map((line) => `${line} (open)`),
	],
])('tells %s', (_what, body, expected) => {
	expect(told(body)).toEqual(expected);
});

test('the shape of a reply has kinds, never values', () => {
	const shape = shapeOf({ id: 'secret', list: [{ url: 'https://secret' }, { url: null }], text: '{"secret":1}' });
	expect(shape).toEqual(['id: text', 'list: list', 'list[]: object', 'list[].url: text or null', 'text: text', 'text(json).secret: number']);
});

test('the shape of a reply of any size fits into a report', () => {
	const wide = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`field_${index}`, index]));
	expect(shapeOf(wide)).toHaveLength(201);
	const deep = JSON.parse(`${'{"a":'.repeat(5000)}1${'}'.repeat(5000)}`);
	expect(shapeOf(deep).length).toBeLessThan(20);
});

describe.each(providerIds)('%s', (id) => {
	const { submit, status, oddFixtures } = contractOf(id).replies;

	test.each(fixtureNames(id).filter((name) => !oddFixtures.includes(name)))('the published reply "%s" is as described', (name) => {
		expect(compareReply(name === 'submitted' ? submit : status, fixture(id, name)).filter(({ isDrift }) => isDrift)).toEqual([]);
	});
});
