import { range } from 'lodash';
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

import type * as HandledTasks from '../../../nodes/host/callback/handledTasks';
import { webhookCall } from '../../support/webhookCall';

/** A process of its own: what the module keeps in memory begins anew. */
function startProcess(): typeof HandledTasks {
	const loaded: Array<typeof HandledTasks> = [];
	jest.isolateModules(() => loaded.push(jest.requireActual<typeof HandledTasks>('../../../nodes/host/callback/handledTasks')));
	const [handled] = loaded;
	if (handled === undefined) throw new Error('The module was not loaded');
	return handled;
}

const callOn = (staticData: IDataObject): IWebhookFunctions =>
	webhookCall({ body: {}, parameters: {}, credentials: {}, staticData, reply: () => ({}) }).context;

const keysOf = (numbers: readonly number[]): string[] => numbers.map((number) => `apixo task_${number}`);

test('the newest thousand are remembered, in memory and after a restart', () => {
	const { isHandled, rememberHandled } = startProcess();
	const saved: IDataObject = {};
	for (const key of keysOf(range(1003))) rememberHandled(callOn(saved), key, true);
	expect(saved).toEqual({ handedOn: keysOf(range(3, 1003)) });
	const handledInMemory = keysOf(range(1003)).filter((key) => isHandled(callOn({}), key));
	expect(handledInMemory).toEqual(keysOf(range(3, 1003)));
	// Forgotten by now, and the first to be forgotten next.
	rememberHandled(callOn(saved), 'apixo task_0', true);
	expect(saved).toEqual({ handedOn: keysOf([...range(4, 1003), 0]) });

	const restarted = startProcess();
	restarted.rememberHandled(callOn(saved), 'apixo task_2000', true);
	expect(saved).toEqual({ handedOn: keysOf([...range(5, 1003), 0, 2000]) });
	expect(restarted.isHandled(callOn(saved), 'apixo task_5')).toBe(true);
	expect(restarted.isHandled(callOn(saved), 'apixo task_4')).toBe(false);
});
