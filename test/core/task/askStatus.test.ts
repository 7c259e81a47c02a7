import { nothingSeen, checkStatus, waitForTask } from '../../../nodes/core/task/waitForTask';
import { RateGate } from '../../../nodes/core/http/rateGate';
import type { SendOutcome } from '../../../nodes/core/http/send';
import type { KnownTask } from '../../../nodes/core/task/taskRef';
import type { ProviderId } from '../../../nodes/providers';
import { createFakeClock } from '../../support/fakeClock';
import { providerOf } from '../../support/provider';
import type { WaitContext } from '../../../nodes/core/task/waitContext';

const reply = (status: number, body: object): SendOutcome => ({ kind: 'reply', status, headers: {}, body });
const unknown = reply(404, { code: 404, message: 'Task not found', data: null });
const done = reply(200, { code: 200, data: { taskId: 'task_1', state: 'success', resultJson: '{"resultUrls":["https://file.apixo.ai/1.png"]}' } });

/** A provider that knows the task as this model alone, and what it was asked. */
function served(id: ProviderId, path: string, found: SendOutcome = done): { context: WaitContext; asked: string[] } {
	const asked: string[] = [];
	const clock = createFakeClock();
	const context: WaitContext = {
		provider: providerOf(id),
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

const task: KnownTask = { provider: 'apixo', taskId: 'task_1', warnings: [] };
const path45 = '/statusTask/seedream-4-5?taskId=task_1';
const path50 = '/statusTask/seedream-5-0?taskId=task_1';

describe('a task of APIXO whose model nobody says', () => {
	test('is looked for as Seedream 4.5 and, unknown there, as the others; the reply shows the model', async () => {
		const { context, asked } = served('apixo', '/statusTask/seedream-5-0');
		await expect(waitForTask(task, context)).resolves.toMatchObject({ kind: 'succeeded', model: 'seedream-5.0' });
		expect(asked).toEqual([path45, path50]);
	});

	test('costs one request where it is of the default model', async () => {
		const { context, asked } = served('apixo', '/statusTask/seedream-4-5');
		await expect(waitForTask(task, context)).resolves.toMatchObject({ kind: 'succeeded', model: 'seedream-4.5' });
		expect(asked).toEqual([path45]);
	});

	test('is not given up while one of the requests says nothing', async () => {
		const { context } = served('apixo', '/statusTask/seedream-5-0', reply(500, { message: 'Internal server error' }));
		const seen = nothingSeen();
		await expect(checkStatus(task, context, seen)).resolves.toBeUndefined();
		expect(seen.doubts).toBe(0);
	});

	test('is unknown where no model knows it', async () => {
		const { context, asked } = served('apixo', '/nowhere');
		await expect(waitForTask(task, context)).resolves.toMatchObject({ kind: 'failed', about: 'unknownTask', failure: { kind: 'notFound' } });
		expect(new Set(asked)).toEqual(new Set([path45, path50]));
	});
});

test('a task whose model is said is asked for as that model alone', async () => {
	const { context, asked } = served('apixo', '/nowhere');
	await waitForTask({ ...task, model: 'seedream-5.0' }, context);
	expect(new Set(asked)).toEqual(new Set([path50]));
});

test('a provider with one status request for all models gets one, and shows no model', async () => {
	const found = reply(200, { id: 'task_1', status: 'COMPLETED', result: { images: ['https://cdn2.apiframe.ai/1.png'] } });
	const { context, asked } = served('apiframe', '/v2/jobs/', found);
	const outcome = await waitForTask({ ...task, provider: 'apiframe' }, context);
	expect(outcome).toMatchObject({ kind: 'succeeded' });
	expect(outcome).not.toHaveProperty('model');
	expect(asked).toEqual(['/v2/jobs/task_1']);
});
