/** If any function of n8n fails during a run, each paid task is named, and a retry pays nothing again. */
import type { IExecuteFunctions } from 'n8n-workflow';

import { SeedreamGenerate } from '../../nodes/SeedreamGenerate/SeedreamGenerate.node';
import type { Finished } from './support/engine';
import { detailsOf, failuresIn, imagesIn, stopDetailsOf, submitsOf } from './support/observe';
import { retryDataOf } from './support/retryExecution';
import { type NodeRun, runGenerate, useSimulated } from './support/simulated';
import { encodePng } from './support/smallPng';

const simulated = useSimulated();

afterEach(() => jest.restoreAllMocks());

type Call = (...given: unknown[]) => unknown;

const broken = (): never => {
	throw new Error('n8n is broken here');
};

/** A copy of n8n's functions with some replaced; a replacement may call the original one. */
function overlay<Target extends object>(target: Target, replaced: Readonly<Record<string, unknown>>): Target {
	// Not of the target itself: what is read-only there may not be replaced.
	return new Proxy({} as Target, {
		has: (_, name) => Reflect.has(target, name),
		get(_, name) {
			const own: unknown = Reflect.get(target, name);
			const other = typeof name === 'string' && Object.hasOwn(replaced, name) ? replaced[name] : undefined;
			if (typeof other === 'function') return (...given: unknown[]): unknown => (other as Call).call(target, (own as Call | undefined)?.bind(target), ...given);
			if (typeof other === 'object' && other !== null && typeof own === 'object' && own !== null) return overlay(own, other as Record<string, unknown>);
			return typeof own === 'function' ? (own as Call).bind(target) : own;
		},
	});
}

/** A replacement gets the original function as its first argument. */
function breakHost(replaced: Readonly<Record<string, unknown>>): void {
	const { execute } = SeedreamGenerate.prototype;
	jest.spyOn(SeedreamGenerate.prototype, 'execute').mockImplementation(async function (this: IExecuteFunctions) {
		return await execute.call(overlay(this, replaced));
	});
}

const png = (red: number) => ({ base64: encodePng(64, 64, red).toString('base64'), fileName: 'photo.png', mimeType: 'image/png' });
const items = [0, 1, 2].map((index) => ({ prompt: `fox ${index}`, files: { data: png(index) } }));

async function run(given: NodeRun = {}): Promise<Finished> {
	return await runGenerate(simulated, {
		items,
		...given,
		parameters: {
			provider: 'apiframe',
			prompt: '={{ $json.prompt }}',
			operation: 'imageToImage',
			imageSource: 'binary',
			...given.parameters,
			options: { pollInterval: 0.04, timeout: 20, ...(given.parameters?.options as object) },
		},
	});
}

const paid = () => simulated.simulator.tasks.map(({ id }) => id);

let calls = 0;
/** Fails from the given call on. */
const from =
	(first: number): Call =>
	(own, ...given) =>
		++calls >= first ? broken() : (own as Call)(...given);
const ofItem1 =
	(name: string): Call =>
	(own, ...given) =>
		given[0] === name && given[1] === 1 ? broken() : (own as Call)(...given);

const oncePaid: Call = (own) => (paid().length === 3 ? broken() : (own as Call)());

/** The tasks that are paid by the end of the run, and the images that are returned. */
const faults: Array<[name: string, replaced: Readonly<Record<string, unknown>>, paid: number, images: number]> = [
	['getNodeParameter of the prompt of one item', { getNodeParameter: ofItem1('prompt') }, 2, 2],
	['getNodeParameter of the options of one item', { getNodeParameter: ofItem1('options') }, 2, 2],
	['getContext', { getContext: broken }, 0, 0],
	['getCredentials', { getCredentials: async () => broken() }, 0, 0],
	['getBinaryStream while files are examined', { helpers: { getBinaryStream: broken } }, 0, 0],
	['getBinaryStream while files are uploaded', { helpers: { getBinaryStream: from(6) } }, 2, 2],
	['customData', { customData: { set: broken } }, 3, 3],
	['the log', { logger: { info: broken } }, 3, 0],
	['httpRequest, which downloads', { helpers: { httpRequest: broken } }, 3, 0],
	['prepareBinaryData of later images', { helpers: { prepareBinaryData: from(2) } }, 3, 1],
	['prepareBinaryData, which returns nothing', { helpers: { prepareBinaryData: async () => undefined } }, 3, 0],
	['getNode', { getNode: broken }, 0, 0],
	['getNode once the tasks are paid', { getNode: oncePaid }, 3, 0],
	['addExecutionHints', { addExecutionHints: broken }, 3, 3],
];

describe.each(faults)('%s', (_, replaced, tasks, images) => {
	beforeEach(() => {
		calls = 0;
		breakHost(replaced);
	});

	test.each(['continueRegularOutput', 'continueErrorOutput'])('under %s each item is an image or names its task', async (onError) => {
		const finished = await run({ node: { onError } });
		expect(finished.error('Generate')?.message).toBeUndefined();
		const output = [...finished.items('Generate'), ...finished.items('Generate', 1)];
		expect(output.map(({ pairedItem }) => (pairedItem as { item: number }).item).sort()).toEqual([0, 1, 2]);
		expect(imagesIn(output)).toHaveLength(images);
		expect(paid()).toHaveLength(tasks);
		const named = output.map((item) => item.json.taskId ?? detailsOf(item).taskId).filter((id) => id !== undefined);
		expect(new Set(named)).toEqual(new Set(paid()));
		for (const { taskId, failure } of failuresIn(output).map(detailsOf)) expect(failure).toMatchObject({ mayBeCharged: taskId !== undefined });
	});

	test('under Stop the error names each task, and Retry execution pays nothing again', async () => {
		const failed = await run();
		jest.restoreAllMocks();
		const error = failed.error('Generate');
		if (images === 3) {
			expect(error?.message).toBeUndefined();
			expect(imagesIn(failed.items('Generate'))).toHaveLength(3);
			return;
		}
		expect(new Set(stopDetailsOf(error).accepted.map(({ taskId }) => taskId))).toEqual(new Set(paid()));
		const again = await run({ workflow: { resume: retryDataOf(failed), executionId: '2' } });
		expect(imagesIn(again.items('Generate'))).toHaveLength(3);
		expect(submitsOf(simulated)).toHaveLength(3);
	});
});
