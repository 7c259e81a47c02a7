import type { ProviderId } from '../../../nodes/providers';
import { statusPathFault } from '../../../nodes/core/parameters/statusPathFault';
import { providerOf } from '../../support/provider';

test.each<[ProviderId, string]>([
	['apiInOne', ''],
	['apiInOne', '  '],
	['apiInOne', '/tasks/{taskId}'],
	['apiInOne', 'look?id={taskId}'],
	// It counts for no other provider.
	['apixo', '/tasks'],
])('%s can be asked at %j', (id, path) => {
	expect(statusPathFault(providerOf(id), path)).toBeUndefined();
});

test.each<[string, string]>([
	['/tasks', 'must have {taskId}'],
	['/tasks/{task_id}', 'must have {taskId}'],
	['/tasks/{TASKID}', 'must have {taskId}'],
	['https://apiin.one/api/v1/tasks/{taskId}', 'must be a path below the Base URL'],
])('a task cannot be asked for at %j', (path, says) => {
	const fault = statusPathFault(providerOf('apiInOne'), path);
	expect(fault).toContain(says);
	expect(fault).toContain(`but is "${path}"`);
});
