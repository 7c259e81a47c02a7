import { taskIdAt, taskIdsAt } from '../../../nodes/core/provider/taskIdAt';

test.each([
	['where it is documented', { data: { workId: 'task_1', taskId: 'task_2' } }, 'task_1'],
	['at a usual place', { data: { task_id: 'task_1' } }, 'task_1'],
	['below the usual ones of the envelope', { job_id: 'task_2', data: { job_id: 'task_1' } }, 'task_1'],
	['in an object that is the task', { data: { task: { id: 'task_1' } } }, 'task_1'],
	['in one at the top', { job: { id: 'task_1' } }, 'task_1'],
	['by a bare id as the last resort', { data: { id: 'task_1' } }, 'task_1'],
	['in another case', { data: { TaskID: 'task_1' } }, 'task_1'],
	['with a hyphen', { 'task-id': 'task_1' }, 'task_1'],
	['by a kind or a number of tasks', { task: 'text-to-image', tasks: 2, job: 'seedream-4-5' }, undefined],
	['by a sentence', { taskID: 'will follow by email' }, undefined],
	['as the only one of a list', { data: { taskIds: ['task_1'] } }, 'task_1'],
	['as the only task of a list', { data: { tasks: [{ id: 'task_1', status: 'queued' }] } }, 'task_1'],
	['in an envelope with an unknown name', { payload: { job: { uuid: 'x', job_id: 'task_1' } } }, 'task_1'],
	['by several lists of one', { data: { taskId: ['task_1'] } }, 'task_1'],
	['as one of several', { data: { taskIds: ['task_1', 'task_2'] } }, undefined],
	['below an echo of the request', { request: { taskId: 'task_1' }, input: { job_id: 'task_1' } }, undefined],
	['by what the id of something else', { requestId: 'r1', traceId: 't1', userId: 'u1' }, undefined],
	['nowhere', { data: { user: { id: 'user_1' } } }, undefined],
	['by what is no id', { data: { taskId: '..' } }, undefined],
	['by a word for nothing', { data: { taskId: 'null', task_id: 'undefined' }, task_id: '[object Object]' }, undefined],
	['by a word for nothing and an id', { data: { taskId: 'None', task_id: 't1' } }, 't1'],
])('a task is named %s', (_, body, id) => {
	expect(taskIdAt(body, 'data.workId')).toBe(id);
});

test.each([
	['all that it is called', { taskId: 'task_1', data: { task: { id: 'task_2' }, job: { jobId: 'task_3' } } }, ['task_1', 'task_2', 'task_3']],
	['no record that has an id of its own', { id: 'record_1', data: { id: 'record_2', image: { id: 'image_1' } } }, []],
])('a status reply speaks of %s', (_, body, ids) => {
	expect(taskIdsAt(body, []).sort()).toEqual(ids);
});

test('a reply with a million values is searched in no time', () => {
	const values = Array.from({ length: 1_000_000 }, (_, index) => index);
	const start = performance.now();
	expect(taskIdAt({ data: values, result: values })).toBeUndefined();
	expect(performance.now() - start).toBeLessThan(500);
});

test('a reply with more values than can be searched names no task for certain', () => {
	const values = (count: number) => ({ answer: { 'task-id': 'task_1' }, more: Array.from({ length: count }, (_, index) => index) });
	expect(taskIdAt(values(100))).toBe('task_1');
	expect(taskIdAt(values(10_000))).toBeUndefined();
});
