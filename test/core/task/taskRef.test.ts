import type { JsonObject } from '../../../nodes/core/json';
import { knownFromRef, knownTask, type TaskRef } from '../../../nodes/core/task/taskRef';

const ref: TaskRef = {
	provider: 'example',
	taskId: 'task_12345678',
	status: 'submitted',
	prompt: 'A teapot',
	model: 'seedream-4.5',
	submittedAt: '2026-11-20T12:00:00.000Z',
	imagesRequested: 2,
	estimatedSeconds: 20,
	estimatedCost: { amount: 0.07, unit: 'USD' },
	callback: 'none',
	warnings: ['a warning'],
};
const submittedAt = Date.UTC(2026, 10, 20, 12);
const known = {
	provider: 'example',
	taskId: 'task_12345678',
	prompt: 'A teapot',
	model: 'seedream-4.5',
	submittedAt,
	imagesRequested: 2,
	estimatedSeconds: 20,
	estimatedCost: { amount: 0.07, unit: 'USD' },
	callback: 'none',
	warnings: ['a warning'],
};

test('a handle gives the same task whether it is passed inside a node or through an item', () => {
	expect(knownFromRef(ref)).toMatchObject(known);
	expect(knownTask(JSON.parse(JSON.stringify(ref)), 'example', 'task_12345678')).toMatchObject(known);
});

test('the facts of a failure item are read from its details', () => {
	const item = { error: 'x', details: { provider: 'example', taskId: 'task_1', submittedAt: '2026-11-20T12:00:00.000Z', imagesRequested: 3 } };
	expect(knownTask(item, 'example', 'task_1')).toMatchObject({ submittedAt, imagesRequested: 3, warnings: [] });
});

test("a failure item's facts take precedence over fields of the user's with the same name", () => {
	const details = {
		taskId: 'task_1',
		submittedAt: '2026-11-20T12:00:00.000Z',
		imagesRequested: 3,
		estimatedCost: { amount: 3, unit: 'credits' },
		callback: 'none',
		urls: ['https://example.com/1.png'],
		failure: { kind: 'downloadFailed' },
	};
	const form = { submittedAt: '2026-11-20T09:00:00.000+01:00', imagesRequested: 8, estimatedCost: { amount: 9, unit: 'USD' }, callback: 'please' };
	expect(knownTask({ ...form, error: 'x', details }, 'example', 'task_1')).toEqual({
		provider: 'example',
		taskId: 'task_1',
		submittedAt,
		imagesRequested: 3,
		estimatedCost: { amount: 3, unit: 'credits' },
		callback: 'none',
		urls: ['https://example.com/1.png'],
		warnings: [],
	});
});

test.each<[string, JsonObject]>([
	['a negative number of images', { imagesRequested: -3 }],
	['a part of an image', { imagesRequested: 1.5 }],
	['no image', { imagesRequested: 0 }],
	['a negative cost', { estimatedCost: { amount: -5, unit: 'USD' } }],
	['a cost beyond any price', { estimatedCost: { amount: 1e300, unit: 'USD' } }],
	['a negative time', { estimatedSeconds: -1e9 }],
])('a task that was edited to %s is known without it', (_, edited) => {
	expect(knownTask({ taskId: 'task_1', ...edited }, 'example', 'task_1')).toEqual({ provider: 'example', taskId: 'task_1', warnings: [] });
});

test('a failure that does not mention a callback is of a task without one', () => {
	const details = { taskId: 'task_1', failure: { kind: 'timedOut' } };
	expect(knownTask({ error: 'x', details }, 'example', 'task_1')).toMatchObject({ callback: 'none' });
	expect(knownTask({ error: 'x', callback: 'url', details }, 'example', 'task_1')).toMatchObject({ callback: 'url' });
});

test("details of the user's own without a failure do not select an image", () => {
	const item = { ...ref, details: { imageCount: 3, imageIndex: 0, urls: ['https://example.com/1.png'] } };
	expect(knownTask(JSON.parse(JSON.stringify(item)), 'example', 'task_12345678')).toEqual(known);
});

test('details of another task are ignored', () => {
	const details = { taskId: 'task_2', submittedAt: '2026-11-20T12:00:00.000Z', imagesRequested: 3, urls: ['https://example.com/1.png'] };
	expect(knownTask({ details }, 'example', 'task_1')).toEqual({ provider: 'example', taskId: 'task_1', warnings: [] });
});

test('fields outside the details fill their gaps', () => {
	const item = { submittedAt: '2026-11-20T12:00:00.000Z', estimatedSeconds: 20, details: { taskId: 'task_1', imagesRequested: 3 } };
	expect(knownTask(item, 'example', 'task_1')).toMatchObject({ submittedAt, estimatedSeconds: 20, imagesRequested: 3 });
});

test('a task id alone is enough', () => {
	expect(knownTask({}, 'example', 'task_1')).toEqual({ provider: 'example', taskId: 'task_1', warnings: [] });
});

test.each<JsonObject>([
	{ submittedAt: 'yesterday' },
	{ submittedAt: {} },
	{ submittedAt: '' },
	{ submittedAt: 'batch 7' },
	{ submittedAt: 2026 },
	{ submittedAt: '2026' },
	{ submittedAt: '1970-01-01T00:00:00.000Z' },
	{ imagesRequested: 'many' },
	{ estimatedSeconds: null },
	{ estimatedCost: { amount: 'much', unit: 'USD' } },
	{ estimatedCost: { amount: 1, unit: 'EUR' } },
	{ estimatedCost: 7 },
	{ warnings: 'none' },
])('invalid facts of an item are ignored: %j', (json) => {
	expect(knownTask(json, 'example', 'task_1')).toEqual({ provider: 'example', taskId: 'task_1', warnings: [] });
});

test('warnings that are not text are dropped', () => {
	expect(knownTask({ warnings: ['one', 2, null, 'two'] }, 'example', 'task_1').warnings).toEqual(['one', 'two']);
});
