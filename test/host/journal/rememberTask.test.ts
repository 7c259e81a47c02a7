import type { IExecuteFunctions } from 'n8n-workflow';

import { appendTask, rememberTask } from '../../../nodes/host/journal/rememberTask';

const task = (taskId: string) => ({ provider: 'example', taskId });

test('the latest tasks that fit into 255 characters are kept, none cut off', () => {
	let text = '';
	for (let number = 1; number <= 100; number++) text = appendTask(text, task(`task_${String(number).padStart(8, '0')}`));
	expect(text.length).toBeLessThanOrEqual(255);
	expect(text.length).toBeGreaterThan(235);
	expect(text).toMatch(/ example:task_00000100$/);
	expect(text).toMatch(/^example:task_\d{8} /);
});

test('an id that is too long by itself is not kept', () => {
	expect(appendTask('example:task_1', task('x'.repeat(600)))).toBe('');
});

test('other keys are not touched, and earlier tasks of other nodes are kept', () => {
	const data: Record<string, string> = { mine: 'yes', seedreamTasks: 'plain:a' };
	const customData = { get: (key: string) => data[key], set: (key: string, value: string) => void (data[key] = value) };
	rememberTask({ customData } as unknown as IExecuteFunctions, task('b'));
	expect(data).toEqual({ mine: 'yes', seedreamTasks: 'plain:a example:b' });
});

test.each<[string, object]>([
	['is missing, as in n8n 1.86', {}],
	[
		'cannot be read',
		{
			get customData() {
				throw new Error('runExecutionData is not available');
			},
		},
	],
	[
		'refuses',
		{
			customData: {
				get: () => undefined,
				set: () => {
					throw new Error('ten keys');
				},
			},
		},
	],
])('custom data that %s does not fail the job', (_, context) => {
	expect(() => rememberTask(context as IExecuteFunctions, task('a'))).not.toThrow();
});
