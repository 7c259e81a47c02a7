/** What is to be done with an item of Wait for Task: to wait, to fetch, to pass it on, or to refuse it. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import { planWait, type PlannedWait } from '../../../nodes/host/wait/planWait';
import { fakeNode } from '../../support/fakeNode';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

interface Given {
	parameters?: Readonly<Record<string, unknown>>;
	binary?: INodeExecutionData['binary'];
	isTool?: boolean;
}

/** The panel's defaults; an expression is resolved as n8n does it. */
function plan(json: IDataObject, { parameters = {}, binary, isTool = false }: Given = {}): PlannedWait {
	const details = json.details as IDataObject | undefined;
	const { context } = fakeNode({ parameters: { providers: ['example'], taskId: json.taskId ?? details?.taskId, timeout: 600, ...parameters } });
	return planWait(context, { json, ...(binary === undefined ? {} : { binary }) }, 5, isTool);
}
const faultOf = (planned: PlannedWait): string => (planned.kind === 'fault' ? planned.failed.failure.message : `no fault, but ${planned.kind}`);
const planOf = (planned: PlannedWait) => ('plan' in planned ? planned.plan : undefined);

const several = { providers: ['example', 'plain'] };
const failure = (more: IDataObject = {}): IDataObject => ({
	error: 'no',
	details: { provider: 'example', taskId: 'task_1', failure: { kind: 'timedOut' }, ...more },
});
const file = { data: { data: '', mimeType: 'image/png' } };

describe('a task', () => {
	test('is waited for with the facts of its item', () => {
		expect(plan({ taskId: ' task_1 ', prompt: 'a fox', model: 'model-1', imagesRequested: 2, submittedAt: '2026-11-20T12:00:00.000Z' })).toMatchObject({
			kind: 'wait',
			plan: {
				itemIndex: 5,
				provider: { id: 'example' },
				known: { provider: 'example', taskId: 'task_1', prompt: 'a fox', model: 'model-1', imagesRequested: 2, submittedAt: Date.UTC(2026, 10, 20, 12) },
				options: { timeout: 600, downloadImages: true },
			},
		});
	});

	test('whose model is a field of the user’s own has no model', () => {
		expect(planOf(plan({ taskId: 'task_1', model: 'Kia Ceed' }))?.known).not.toHaveProperty('model');
	});

	test('whose ID is a number is accepted', () => {
		expect(planOf(plan({ taskId: 12345678 }))?.known.taskId).toBe('12345678');
	});

	test('of an earlier failure is waited for again', () => {
		expect(plan(failure())).toMatchObject({ kind: 'wait', plan: { known: { taskId: 'task_1' } } });
		expect(plan({ ...failure(), status: 'succeeded', url: 'https://example.com/theirs' })).toMatchObject({ kind: 'wait' });
	});

	test.each(['plain', 'Plain', ' PLAIN '])('belongs to the provider that its item calls %j', (provider) => {
		expect(planOf(plan({ taskId: 'task_1', provider }, { parameters: several }))?.provider.id).toBe('plain');
		expect(planOf(plan({ taskId: 'task_1' }, { parameters: { ...several, options: { taskProvider: provider } } }))?.provider.id).toBe('plain');
	});

	test('belongs to the only provider that an expression names', () => {
		expect(planOf(plan({ taskId: 'task_1' }, { parameters: { providers: 'example' } }))?.provider.id).toBe('example');
	});

	test('has the options of the item', () => {
		const planned = planOf(plan({ taskId: 'task_1' }, { parameters: { timeout: 0, options: { pollInterval: 2, downloadImages: false } } }));
		expect(planned?.options).toMatchObject({ timeout: 0, pollInterval: 2, downloadImages: false });
	});

	test('of a tool is known only by its ID, and its images stay URLs', () => {
		const planned = plan({ taskId: 'task_1', prompt: 'of the agent', status: 'succeeded', url: 'https://example.com/1.png' }, { isTool: true });
		expect(planned).toMatchObject({ kind: 'wait', plan: { options: { downloadImages: false } } });
		expect(planOf(planned)?.known).not.toHaveProperty('prompt');
	});
});

describe('the provider of a task', () => {
	test.each<[string, IDataObject, object, string]>([
		['is the one that is selected', { taskId: 't_1234567' }, {}, 'example'],
		['is the one that is selected, whatever else the column says', { taskId: 't_1234567', provider: 'my shop' }, {}, 'example'],
		['is what the details say, whatever the column of a failure says', { ...failure(), provider: 'plain' }, {}, 'example'],
		['of several is what the details say', { ...failure(), provider: 'plain' }, { ...several, options: { taskProvider: 'plain' } }, 'example'],
		['of several is what Task Provider reads elsewhere', { ...failure(), vendor: 'plain' }, { ...several, options: { taskProvider: 'plain' } }, 'plain'],
		['of several is what the item says', { taskId: 't_1234567', provider: 'plain' }, { ...several, options: { taskProvider: 'plain' } }, 'plain'],
		['of several is what Task Provider says', { taskId: 't_1234567', provider: 'example' }, { ...several, options: { taskProvider: 'plain' } }, 'plain'],
		[
			'of several is what the details say where the column is of the user',
			{ ...failure({ provider: 'plain' }), provider: 'my shop' },
			{ ...several, options: { taskProvider: 'my shop' } },
			'plain',
		],
		['of several is what the details say if there is no column', failure({ provider: 'plain' }), several, 'plain'],
	])('%s', (_, json, parameters, expected) => {
		expect(planOf(plan(json, { parameters: parameters as never }))?.provider.id).toBe(expected);
	});

	test.each<[string, IDataObject, object, RegExp]>([
		['is another that exists', { taskId: 't_1234567', provider: 'plain' }, {}, /belongs to Plain, but only Example is selected/],
		['is none of the selected ones', { taskId: 't_1234567', provider: 'credits' }, several, /belongs to Credits, but only Example, Plain/],
		['is not known', { taskId: 't_1234567' }, several, /Example, Plain.*Task Provider/],
		['does not exist', { taskId: 't_1234567', provider: 'openai' }, several, /^Provider must be one of .*"openai"/],
		['is another one by its name', { taskId: 't_1234567', provider: 'Plain' }, {}, /belongs to Plain, but only Example is selected/],
		['is not selected at all', { taskId: 't_1234567' }, { providers: [] }, /select at least one provider/i],
	])('is a fault if it %s', (_, json, parameters, message) => {
		expect(faultOf(plan(json, { parameters: parameters as never }))).toMatch(message);
	});
});

describe('an ID', () => {
	test.each<[string, unknown, RegExp]>([
		['is missing', undefined, /^Task ID is empty/],
		['is blank', '  ', /^Task ID is empty/],
		['is null', null, /^Task ID is empty/],
		['is a list', ['a', 'b'], /^Task ID must be the ID of one task, as text, but is \["a","b"\]: /],
		['is an object', { id: 'a' }, /^Task ID must be the ID of one task, as text, but is \{"id":"a"\}: /],
		['is true', true, /^Task ID must be the ID of one task, as text, but is true: /],
		['stays', '.', /^Task ID must be the ID of one task/],
		['climbs', '..', /^Task ID must be the ID of one task/],
		['has a control character', 'a\u0000b', /^Task ID must be the ID of one task/],
		['has two lines', 'a\nb', /^Task ID must be the ID of one task/],
		['changes its direction', 'a\u202eb', /^Task ID must be the ID of one task/],
		['is the whole task as text', '{"taskId":"task_1","provider":"apixo"}', /^Task ID must be the ID of one task/],
		['is in quotation marks', '"task_1"', /^Task ID must be the ID of one task/],
		['is several IDs', 'task_1, task_2', /^Task ID must be the ID of one task/],
		['is the address of a status request', 'https://api.example.com/tasks/task_1', /^Task ID must be the ID of one task/],
		['is a number that was rounded', 2064875200729235458, /^Task ID is the number 2064875200729235500, which .* rounded.*as text/],
		['is a number in scientific notation', 1e21, /^Task ID is the number 1e\+21, which .* rounded/],
		['is a fraction', 1.5, /^Task ID must be the ID of one task/],
	])('that %s is a fault', (_, taskId, message) => {
		expect(faultOf(plan({}, { parameters: { taskId } }))).toMatch(message);
	});

	test('is trimmed, invisible characters included', () => {
		expect(planOf(plan({ taskId: '\u200b task_1\ufeff\n' }))?.known.taskId).toBe('task_1');
	});

	test.each([['x'.repeat(1_000_000)], [{ text: 'x'.repeat(10_000) }]])('that is long is quoted in part', (taskId) => {
		expect(faultOf(plan({}, { parameters: { taskId } })).length).toBeLessThan(300);
	});
});

test('all faults of an item are named at once, with its task', () => {
	const planned = plan({ taskId: 'task_1', provider: 'plain' }, { parameters: { options: { concurrency: 0 } } });
	expect(faultOf(planned)).toMatch(/^\(1\) .*; \(2\) /);
	const facts = { submittedAt: '2026-11-20T12:00:00.000Z', imagesRequested: 3, urls: ['https://example.com/1.png'], imageIndex: 1, imageCount: 3 };
	const known = plan(failure(facts), { parameters: { timeout: 'soon' } });
	expect(known).toMatchObject({ failed: { itemIndex: 5, taskId: 'task_1', ...facts, nothingSent: true } });
});

test('an expression that fails is a fault of its item, which still names the task', () => {
	const broken = () => {
		throw new Error("Can't read\nproperty");
	};
	expect(plan({ taskId: 'task_1', provider: 'example' }, { parameters: { options: broken } })).toMatchObject({
		kind: 'fault',
		failed: { taskId: 'task_1', provider: { id: 'example' }, failure: { message: "Can't read property" } },
	});
	expect(plan({ taskId: '..' }, { parameters: { taskId: broken } })).not.toHaveProperty('failed.taskId');
});

describe('a failure without a task passes through', () => {
	test.each<[string, IDataObject]>([
		['of ours', { details: { failure: { kind: 'invalidInput' } } }],
		['of n8n', { error: 'refused' }],
		['as an object', { error: { message: 'refused' } }],
	])('%s', (_, json) => {
		expect(plan(json)).toEqual({ kind: 'pass' });
	});

	test.each<[string, IDataObject]>([
		['an empty error', { error: ' ' }],
		['an empty object', { error: {} }],
		['no error', { error: null }],
		['details of the user’s own', { details: { price: 3 } }],
		['no details', { details: null }],
	])('except %s', (_, json) => {
		expect(plan(json).kind).toBe('fault');
	});
});

describe('a task that is finished already', () => {
	const done: IDataObject = { taskId: 'task_1', status: 'succeeded' };
	const image: IDataObject = { ...done, url: 'https://example.com/1.png', fileName: 'fox.png' };

	test.each<[string, IDataObject, Given, PlannedWait['kind']]>([
		['with its file passes through', image, { binary: file }, 'pass'],
		['with its file under Binary Mode: Combined passes through', { ...image, _files: file }, {}, 'pass'],
		['with URLs only is fetched', { ...done, url: 'https://example.com/1.png' }, {}, 'fetch'],
		['with a list of URLs is fetched', { ...done, images: [{ url: 'https://example.com/1.png' }] }, {}, 'fetch'],
		['beside a file of the user is fetched', { ...done, url: 'https://example.com/1.png' }, { binary: file }, 'fetch'],
		['with its files per task passes through', { ...done, images: [{ fileName: 'fox.png' }] }, { binary: file }, 'pass'],
		[
			'with missing images is fetched',
			{ ...done, images: [{ fileName: 'fox.png' }], missing: [{ url: 'https://example.com/2.png' }] },
			{ binary: file },
			'fetch',
		],
		['with nothing missing passes through', { ...done, images: [{ fileName: 'fox.png' }], missing: [] }, { binary: file }, 'pass'],
		[
			'with URLs only passes through where only these are wanted',
			{ ...done, url: 'https://example.com/1.png' },
			{ parameters: { options: { downloadImages: false } } },
			'pass',
		],
		['without anything is asked for', done, {}, 'wait'],
		['but for its images is asked for', { ...done, status: 'submitted', url: 'https://example.com/1.png' }, {}, 'wait'],
	])('%s', (_, json, given, kind) => {
		expect(plan(json, given).kind).toBe(kind);
	});
});
