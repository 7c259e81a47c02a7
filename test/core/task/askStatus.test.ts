import { nothingSeen, checkStatus, waitForTask } from '../../../nodes/core/task/waitForTask';
import { RateGate } from '../../../nodes/core/http/rateGate';
import type { SendOutcome } from '../../../nodes/core/http/send';
import type { KnownTask } from '../../../nodes/core/task/taskRef';
import type { Provider } from '../../../nodes/core/provider/provider';
import { createFakeClock } from '../../support/fakeClock';
import { fullProvider, makeProvider } from '../../support/madeUpProvider';
import type { WaitContext } from '../../../nodes/core/task/waitContext';

const reply = (status: number, body: object): SendOutcome => ({ kind: 'reply', status, headers: {}, body });
const unknown = reply(404, { code: 404, message: 'Task not found', data: null });
const done = reply(200, { code: 200, data: { taskId: 'task_1', state: 'success', resultJson: '{"resultUrls":["https://cdn.example/1.png"]}' } });

const pathPerModel = makeProvider({ adapter: { status: (taskId, _overrides, wireId) => ({ method: 'GET', path: `/tasks/${wireId}/${taskId}` }) } });

/** A provider that knows the task only below this path, and the requests that it got. */
function served(provider: Provider, path: string, found: SendOutcome = done): { context: WaitContext; asked: string[] } {
	const asked: string[] = [];
	const clock = createFakeClock();
	const context: WaitContext = {
		provider,
		clock,
		gate: new RateGate(clock),
		deadline: clock.now() + 600_000,
		overrides: {},
		send: (request) => {
			asked.push(request.path);
			return Promise.resolve(request.path.startsWith(path) ? found : unknown);
		},
	};
	return { context, asked };
}

const task: KnownTask = { provider: 'example', taskId: 'task_1', warnings: [] };
const firstPath = '/tasks/model-1/task_1';
const secondPath = '/tasks/model-2/task_1';

describe('a task of unknown model at a provider with a status request per model', () => {
	test('is looked up as the default model, then as the others; the reply shows the model', async () => {
		const { context, asked } = served(pathPerModel, '/tasks/model-2');
		await expect(waitForTask(task, context)).resolves.toMatchObject({ kind: 'succeeded', model: 'model-2' });
		expect(asked).toEqual([firstPath, secondPath]);
	});

	test('costs one request if it is of the default model', async () => {
		const { context, asked } = served(pathPerModel, '/tasks/model-1');
		await expect(waitForTask(task, context)).resolves.toMatchObject({ kind: 'succeeded', model: 'model-1' });
		expect(asked).toEqual([firstPath]);
	});

	test('does not fail while one of the requests is unclear', async () => {
		const { context } = served(pathPerModel, '/tasks/model-2', reply(500, { message: 'Internal server error' }));
		const seen = nothingSeen();
		await expect(checkStatus(task, context, seen)).resolves.toBeUndefined();
		expect(seen.doubts).toBe(0);
	});

	test('is unknown if no model knows it', async () => {
		const { context, asked } = served(pathPerModel, '/nowhere');
		await expect(waitForTask(task, context)).resolves.toMatchObject({ kind: 'failed', about: 'unknownTask', failure: { kind: 'notFound' } });
		expect(new Set(asked)).toEqual(new Set([firstPath, secondPath]));
	});
});

test('a task of known model is looked up only as that model', async () => {
	const { context, asked } = served(pathPerModel, '/nowhere');
	await waitForTask({ ...task, model: 'model-2' }, context);
	expect(new Set(asked)).toEqual(new Set([secondPath]));
});

test('a provider with one status request for all models gets one, and shows no model', async () => {
	const { context, asked } = served(fullProvider, '/tasks/');
	const outcome = await waitForTask(task, context);
	expect(outcome).toMatchObject({ kind: 'succeeded' });
	expect(outcome).not.toHaveProperty('model');
	expect(asked).toEqual(['/tasks/task_1']);
});
