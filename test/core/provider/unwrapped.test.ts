/** Replies whose envelope a gateway has changed: the task and its images are still found. */
import { unwrapped } from '../../../nodes/core/provider/unwrapped';
import type { JsonObject } from '../../../nodes/core/json';
import { fullProvider } from '../../support/madeUpProvider';

const image = 'https://cdn.example.com/1.png';
const data = { taskId: 'task_1', state: 'success', resultJson: { resultUrls: [image] } };

const shapes: Array<[string, JsonObject]> = [
	['a list', { code: 200, data: [data] }],
	['another envelope', { code: 200, data: { code: 200, data } }],
	['a list in another envelope', { code: 200, data: { data: [data] } }],
	['text', { code: 200, data: JSON.stringify(data) }],
	['text that was written out twice', { code: 200, data: JSON.stringify(JSON.stringify(data)) }],
	['another name', { code: 200, result: data }],
	['an envelope around the envelope', { response: { code: 200, data } }],
];

describe.each(shapes)('with %s', (_, body) => {
	test('a submit names its task', () => {
		expect(fullProvider.readSubmit(body)).toEqual({ taskId: 'task_1' });
	});

	test('a status reply is of its task and has its images', () => {
		expect(fullProvider.readTaskIds(body)).toContain('task_1');
		expect(fullProvider.readStatus(body, {})).toMatchObject({ state: 'succeeded', urls: [image] });
	});
});

test.each<[string, JsonObject]>([
	['several tasks', { data: [data, { ...data, taskId: 'task_2' }] }],
	['no object', { data: 'task_1', result: 7, response: null, body: [] }],
	['a text that is no JSON', { data: '{"taskId":' }],
	['nothing', {}],
])('%s: nothing is guessed', (_, body) => {
	expect(unwrapped(body)).toEqual([]);
	expect(fullProvider.readSubmit(body)).toBeUndefined();
	expect(fullProvider.readStatus(body, {})).toMatchObject({ state: 'unknownWord' });
});

test('a reply that is as documented is read as it is', () => {
	const body: JsonObject = { data: { taskId: 'task_1', state: 'processing', data: { ...data, taskId: 'task_2' } }, result: data };
	expect(fullProvider.readTaskIds(body)).toEqual(['task_1']);
	expect(fullProvider.readStatus(body, {})).toEqual({ state: 'pending', word: 'processing' });
});
