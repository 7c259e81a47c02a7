import type { Provider } from '../provider/provider';
import { quote } from '../text';

/** Why a task could not be asked for at this Status Path, before anything is paid; undefined where it could, or where it does not count. */
export function statusPathFault(provider: Provider, statusPath: string): string | undefined {
	const path = statusPath.trim();
	if (provider.takesPaths !== true || path === '') return undefined;
	if (/^[a-z][a-z0-9+.-]*:\/\//i.test(path)) {
		return `Status Path must be a path below the Base URL of the credential, e.g. /tasks/{taskId}, but is ${quote(path, 80)}`;
	}
	if (path.includes('{taskId}')) return undefined;
	return `Status Path must have {taskId} where the ID of the task belongs, e.g. /tasks/{taskId}, but is ${quote(path, 80)}`;
}
