import { statusPathRefusal } from '../../../nodes/providers/apiInOne/statusPathRefusal';

test.each([
	'',
	'/tasks/{taskId}',
	'look?id={taskId}',
	'/a.b/..c/{taskId}',
	'/{taskId}?next=https://example.com/',
	'/tasks/{taskId}?a=1&b=../x',
	'/v1/{taskId}/status?id={taskId}',
])('a task can be asked for at %j', (path) => {
	expect(statusPathRefusal(path)).toBeUndefined();
});

test.each<[string, string]>([
	['/tasks', 'must contain {taskId}'],
	['/tasks/{task_id}', 'must contain {taskId}'],
	['/tasks/{TASKID}', 'must contain {taskId}'],
	['https://apiin.one/api/v1/tasks/{taskId}', 'must be a path below the Base URL'],
	['//evil.example/{taskId}', 'must be a path below the Base URL'],
	['\\\\evil.example\\{taskId}', 'must be a path below the Base URL'],
	['/x#{taskId}', 'must have no #'],
	['/x?id=#{taskId}', 'must have no #'],
	['/tasks/{taskId}#status', 'must have no #'],
	['/x?a=1?id={taskId}', 'must have at most one ?'],
	['/../{taskId}', 'must not leave the Base URL'],
	['/a/../../{taskId}', 'must not leave the Base URL'],
	['../{taskId}', 'must not leave the Base URL'],
	['/./{taskId}', 'must not leave the Base URL'],
	['/%2e%2E/{taskId}', 'must not leave the Base URL'],
	['/.%2e/{taskId}', 'must not leave the Base URL'],
	['/a%2f..%2f{taskId}', 'must not leave the Base URL'],
	['/..?id={taskId}', 'must not leave the Base URL'],
	['/a\\..\\{taskId}', 'must have no space'],
	['/a b/{taskId}', 'must have no space'],
	['/a\n/{taskId}', 'must have no space'],
	['/a\u0000/{taskId}', 'must have no space'],
])('a task cannot be asked for at %j', (path, says) => {
	expect(statusPathRefusal(path)).toContain(says);
});
