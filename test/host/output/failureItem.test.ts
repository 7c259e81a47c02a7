import { NodeApiError, NodeOperationError, type INode } from 'n8n-workflow';

import { submitFailure, taskFailure } from '../../../nodes/core/reply/providerFailure';
import { detailsOf, failureItem, invalidInput, messageOf, stopError, type AcceptedTask, type ItemFailure } from '../../../nodes/host/output/failureItem';
import { makeProvider, simpleProvider } from '../../support/madeUpProvider';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

const nodeWith = (onError?: INode['onError']): INode => ({
	id: '1',
	name: 'Generate',
	type: 'n8n-nodes-seedream.seedreamGenerate',
	typeVersion: 1,
	position: [0, 0],
	parameters: {},
	...(onError === undefined ? {} : { onError }),
});
const freeFailures = makeProvider({ facts: { failedTasksAreFree: true } });
const failed: ItemFailure = {
	itemIndex: 1,
	provider: simpleProvider,
	taskId: 'task_12345678',
	submittedAt: '2026-11-20T12:00:00.000Z',
	imagesRequested: 2,
	failure: taskFailure(freeFailures, 'contentRejected', { code: 'SensitiveContent', message: 'content policy' }),
};
const message = 'Example refused the content: content policy (SensitiveContent). Task task_12345678.';
const input = { json: { taskId: 'mine', prompt: 'a fox', error: 'an older one' }, binary: { data: { data: '', mimeType: 'image/png' } } };

describe('failureItem', () => {
	test.each<INode['onError'] | undefined>(['continueRegularOutput', undefined])('is merged over the input fields under %s', (onError) => {
		const item = failureItem(failed, input, nodeWith(onError));
		expect(item.json).toMatchObject({ taskId: 'mine', prompt: 'a fox', error: message, details: { taskId: 'task_12345678' } });
		expect(item.pairedItem).toEqual({ item: 1 });
	});

	test('has only the keys error and details for the error output, otherwise n8n would not move it there', () => {
		const item = failureItem(failed, input, nodeWith('continueErrorOutput'));
		expect(Object.keys(item.json).sort()).toEqual(['details', 'error']);
		expect(item.pairedItem).toEqual({ item: 1 });
	});

	test.each<INode['onError']>(['continueRegularOutput', 'continueErrorOutput'])('never sets the property that makes n8n replace the json (%s)', (onError) => {
		expect(Object.keys(failureItem(failed, input, nodeWith(onError))).sort()).toEqual(['json', 'pairedItem']);
	});

	test('has a hidden mark for the error output of older n8n, which copies do not have', () => {
		const item = failureItem(failed, input, nodeWith('continueErrorOutput'));
		expect(item.error).toEqual({ message });
		expect({ ...item }).not.toHaveProperty('error');
		// n8n 1.88 takes it away by itself.
		item.error = undefined;
		expect(item.error).toBeUndefined();
	});

	test('has no such mark under Continue, because n8n would replace the json', () => {
		expect(failureItem(failed, input, nodeWith('continueRegularOutput')).error).toBeUndefined();
	});

	test("tells an agent what to do, and leaves the agent's own item out", () => {
		const tool = { ...nodeWith('continueRegularOutput'), type: 'n8n-nodes-seedream.seedreamGenerateTool' };
		const { json } = failureItem(failed, input, tool);
		expect(Object.keys(json).sort()).toEqual(['details', 'error']);
		expect(json.error).toBe(`${message} Change the prompt or the reference images. Nothing was charged.`);
		expect(stopError(tool, [failed], []).message).toBe(json.error);
	});

	test('does not change the input', () => {
		const before = structuredClone(input);
		failureItem(failed, input, nodeWith('continueRegularOutput'));
		expect(input).toEqual(before);
	});

	test('works without an input', () => {
		expect(failureItem(failed, undefined, nodeWith('continueRegularOutput')).json.error).toBe(message);
	});
});

describe('detailsOf', () => {
	test('holds all facts', () => {
		expect(detailsOf(failed)).toEqual({
			provider: 'example',
			taskId: 'task_12345678',
			status: 'failed',
			submittedAt: '2026-11-20T12:00:00.000Z',
			imagesRequested: 2,
			urls: [],
			failure: {
				kind: 'contentRejected',
				code: 'SensitiveContent',
				message: 'content policy',
				retryable: false,
				mayBeCharged: false,
				tryElsewhere: false,
				remedy: 'Change the prompt or the reference images.',
			},
		});
	});

	test('leaves out what is not known', () => {
		const bare = { itemIndex: 0, provider: undefined, failure: submitFailure(simpleProvider, 'outcomeUnknown', {}) };
		expect(Object.keys(detailsOf(bare)).sort()).toEqual(['failure', 'status', 'urls']);
		expect(detailsOf(bare).status).toBe('unknown');
	});

	test('is plain JSON', () => {
		expect(JSON.parse(JSON.stringify(detailsOf(failed)))).toEqual(detailsOf(failed));
	});
});

describe('invalidInput', () => {
	test('names all faults and that nothing was sent', () => {
		const wrong = invalidInput(0, simpleProvider, ['Prompt is empty', 'Operation must be one of textToImage, imageToImage']);
		expect(messageOf(wrong)).toBe('Nothing was sent to Example: (1) Prompt is empty; (2) Operation must be one of textToImage, imageToImage.');
		expect(wrong.failure).toMatchObject({ kind: 'invalidInput', mayBeCharged: false, tryElsewhere: false });
	});

	test('works without a provider', () => {
		expect(messageOf(invalidInput(0, undefined, ['Provider must be one of example, but is "x"']))).toBe(
			'Nothing was sent to a provider: Provider must be one of example, but is "x".',
		);
	});
});

describe('stopError', () => {
	test('begins with the failure that stopped the run, not with jobs canceled because of it', () => {
		const calledOff: ItemFailure = {
			itemIndex: 0,
			provider: simpleProvider,
			failure: submitFailure(simpleProvider, 'cancelled', { message: 'The execution was stopped while the job was being sent' }, true),
		};
		const error = stopError(nodeWith(), [calledOff, failed], []);
		expect(error.message).toContain('content policy');
		expect((error as NodeApiError).description).toContain('Also item 0: Example: The execution was stopped');
	});

	const accepted: AcceptedTask[] = [
		{ itemIndex: 2, provider: 'example', taskId: 'task_c' },
		{ itemIndex: 0, provider: 'plain', taskId: 'task_a' },
	];
	const read = (error: Error) => error as NodeApiError;

	test('says what happened in the message, and in the description what to do and which tasks are paid', () => {
		const error = read(stopError(nodeWith(), [failed], accepted));
		expect(error).toBeInstanceOf(NodeApiError);
		expect(error.message).toBe(message);
		expect(error.description).toContain('Change the prompt or the reference images.');
		expect(error.description).toContain('item 0: Plain task_a, item 2: Example task_c.');
		expect(error.context.itemIndex).toBe(1);
		expect(error.context.details).toEqual({
			failures: [detailsOf(failed)],
			accepted: [accepted[1], accepted[0]],
		});
	});

	test('explains only once how to collect the accepted tasks', () => {
		const late: ItemFailure = { ...failed, failure: taskFailure(simpleProvider, 'timedOut', { message: 'still processing' }) };
		for (const first of [failed, late]) {
			const { description } = read(stopError(nodeWith(), [first], accepted));
			expect(description?.match(/Neither pays again, but executing the Generate step does\./g)).toHaveLength(1);
			expect(description).toMatch(/Accepted tasks: item 0: Plain task_a, item 2: Example task_c\.$/);
		}
	});

	test('lists the other failures', () => {
		const other: ItemFailure = { itemIndex: 4, provider: simpleProvider, failure: submitFailure(simpleProvider, 'rateLimited', { message: 'slow down' }) };
		const error = read(stopError(nodeWith(), [failed, other], []));
		expect(error.message).toBe(`${message} (2 items are affected)`);
		expect(error.description).toContain('Also item 4: Example is not accepting more jobs at the moment: slow down.');
		expect(error.description).not.toContain('Accepted tasks');
	});

	test('lists the URLs of images that are paid', () => {
		const lost = {
			...failed,
			failure: taskFailure(simpleProvider, 'downloadFailed', { message: 'HTTP 403' }),
			urls: ['https://a.example/1.png', 'https://a.example/2.png'],
		};
		expect(read(stopError(nodeWith(), [lost], [])).description).toContain('Image URLs: https://a.example/1.png https://a.example/2.png');
	});

	const lost = (itemIndex: number, url: string): ItemFailure => ({
		...failed,
		itemIndex,
		failure: taskFailure(simpleProvider, 'downloadFailed', { message: 'HTTP 403' }),
		urls: [url],
	});

	test('lists those of all images and items once, and counts items instead of images', () => {
		const [one, two, three] = ['https://a.example/1.png', 'https://a.example/2.png', 'https://b.example/1.png'] as const;
		const ofOneItem = read(stopError(nodeWith(), [lost(0, one), lost(0, two), lost(0, two)], []));
		expect(ofOneItem.description).toMatch(/Image URLs: https:\/\/a\.example\/1\.png https:\/\/a\.example\/2\.png$/);
		expect(ofOneItem.message).not.toContain('are affected');
		const ofTwo = read(stopError(nodeWith(), [lost(0, one), lost(0, two), lost(3, three)], []));
		expect(ofTwo.description).toContain(`Image URLs: ${one} ${two} ${three} Also item 3: `);
		expect(ofTwo.message).toContain('(2 items are affected)');
	});

	test('lists two hundred URLs and says how many more there are', () => {
		const many = Array.from({ length: 203 }, (_, index) => lost(index, `https://a.example/${index}.png`));
		const { description } = read(stopError(nodeWith(), many, []));
		expect(description).toContain('https://a.example/199.png and 3 more');
		expect(description).not.toContain('https://a.example/200.png');
	});

	test('lists a thousand tasks and says how many more there are', () => {
		const many = Array.from({ length: 1003 }, (_, itemIndex) => ({ itemIndex, provider: 'example', taskId: `task_${itemIndex}` }));
		const { description } = read(stopError(nodeWith(), [failed], many));
		expect(description).toContain('item 999: Example task_999 and 3 more.');
	});

	test('is an operation error if nothing was sent', () => {
		const error = stopError(nodeWith(), [invalidInput(3, simpleProvider, ['Prompt is empty'])], []);
		expect(error).toBeInstanceOf(NodeOperationError);
		expect(error).toMatchObject({ message: 'Nothing was sent to Example: Prompt is empty.', context: { itemIndex: 3 } });
	});

	test.each(['ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ENOTFOUND', '401', '500', '429'])(
		'keeps its words even if n8n has its own for the code %s',
		(code) => {
			const failure = submitFailure(simpleProvider, 'providerUnavailable', { code, message: 'the connection was refused' });
			expect(stopError(nodeWith(), [{ itemIndex: 0, provider: simpleProvider, failure }], []).message).toBe(
				`Example could not be reached and did not take the job: the connection was refused (${code}).`,
			);
		},
	);

	test('numbers several faults of one item and names them all', () => {
		const error = read(stopError(nodeWith(), [invalidInput(0, simpleProvider, ['Prompt is empty', 'Operation is wrong'])], []));
		expect(error.message).toBe('Nothing was sent to Example: (1) Prompt is empty; (2) Operation is wrong.');
		expect(error.description).toBe('Correct what the message names, then run again: nothing was charged.');
	});

	test('has a message even if nothing failed', () => {
		expect(stopError(nodeWith(), [], []).message).toBe('The execution was stopped.');
	});
});
