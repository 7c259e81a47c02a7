/** Which tasks a trigger has handled: in this process, and in what n8n saves with the workflow. */
import type { IDataObject, IWebhookFunctions } from 'n8n-workflow';

import { forgetHandled, isHandled, isTrial, rememberHandled } from '../../../nodes/host/callback/handledTasks';

let nodes = 0;
interface Given {
	saved?: IDataObject;
	node?: string;
	mode?: string;
}
/** A call of a node that no other test has used. */
function callOf({ saved = {}, node = `node ${++nodes}`, mode = 'webhook' }: Given = {}): IWebhookFunctions {
	return {
		getMode: () => mode,
		getWorkflow: () => ({ id: 'w' }),
		getNode: () => ({ id: node }),
		getWorkflowStaticData: () => saved,
	} as unknown as IWebhookFunctions;
}

test('a handled task is remembered in memory and in the static data of the workflow', () => {
	const saved: IDataObject = {};
	const call = callOf({ saved });
	expect(isHandled(call, 'a')).toBe(false);
	rememberHandled(call, 'a', true);
	expect(isHandled(call, 'a')).toBe(true);
	expect(saved).toEqual({ handedOn: ['a'] });
	expect(isHandled(callOf({ saved }), 'a')).toBe(true);
	expect(isHandled(callOf(), 'a')).toBe(false);
});

test('a call that began long ago is remembered in memory only', () => {
	const saved: IDataObject = { handedOn: ['b'] };
	rememberHandled(callOf({ saved, node: 'slow' }), 'a', false);
	expect(saved).toEqual({ handedOn: ['b'] });
	expect(isHandled(callOf({ node: 'slow' }), 'a')).toBe(true);
});

test('the last of several simultaneous calls saves the tasks of all', () => {
	rememberHandled(callOf({ saved: {}, node: 'busy' }), 'a', true);
	const saved: IDataObject = { handedOn: ['older'] };
	rememberHandled(callOf({ saved, node: 'busy' }), 'b', true);
	expect(saved).toEqual({ handedOn: ['older', 'a', 'b'] });
});

test('the latest thousand tasks are remembered', () => {
	const saved: IDataObject = {};
	const call = callOf({ saved, node: 'many' });
	for (let number = 1; number <= 1001; number++) rememberHandled(call, `task ${number}`, number > 999);
	expect(saved.handedOn).toHaveLength(1000);
	const later = callOf({ node: 'many' });
	expect([isHandled(later, 'task 1'), isHandled(later, 'task 2'), isHandled(later, 'task 1001')]).toEqual([false, true, true]);
});

test('a task that could not be delivered is forgotten in both places, the others are kept', () => {
	const saved: IDataObject = {};
	const call = callOf({ saved });
	rememberHandled(call, 'a', true);
	rememberHandled(call, 'b', true);
	forgetHandled(call, 'a');
	expect([isHandled(call, 'a'), isHandled(call, 'b'), saved]).toEqual([false, true, { handedOn: ['b'] }]);
	const untouched = Object.freeze({ handedOn: ['c'] });
	expect(() => forgetHandled(callOf({ saved: untouched }), 'a')).not.toThrow();
});

test("in the editor's test mode the same callback is handled again", () => {
	const trial = callOf({ mode: 'manual' });
	expect([isTrial(trial), isTrial(callOf())]).toEqual([true, false]);
	rememberHandled(trial, 'a', false);
	expect(isHandled(trial, 'a')).toBe(false);
});

test.each([[undefined], ['a'], [[1, null]], [{ a: true }]])('saved data that is not a list of keys (%j) is ignored', (handedOn) => {
	expect(isHandled(callOf({ saved: { handedOn } }), 'a')).toBe(false);
});

test('the memory of a node that handled nothing for a day is dropped', () => {
	const day = 86_400_000;
	const idle = callOf({ node: 'idle' });
	rememberHandled(idle, 'a', false, 0);
	isHandled(callOf({ node: 'never called' }), 'a');
	rememberHandled(callOf({ node: 'other' }), 'b', false, day - 1);
	expect(isHandled(idle, 'a')).toBe(true);
	rememberHandled(callOf({ node: 'other' }), 'c', false, day);
	expect(isHandled(idle, 'a')).toBe(false);
	expect(isHandled(callOf({ node: 'other' }), 'b')).toBe(true);
});
