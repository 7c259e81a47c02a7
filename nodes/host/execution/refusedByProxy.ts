import type { Clock } from '../../core/clock';
import { cancelSignalOf, type NodeContext } from './nodeContext';
import { openTimeLimit } from './timeLimit';

const timeoutMilliseconds = 10_000;

/** The part of axios's error for an unsuccessful reply that is read here. */
interface RefusedRequest {
	response?: { status?: unknown };
	request?: { socket?: { encrypted?: unknown } };
}

/**
 * Whether the user's own proxy answered instead of the server. A 407 always comes from a proxy. If a proxy refuses to connect,
 * its reply looks like the server's. Then the server is requested again without the credential: a reply with the same status
 * over an unencrypted connection comes from the proxy.
 */
export async function refusedByProxy(context: NodeContext, url: string, status: number, clock: Clock): Promise<boolean> {
	if (status === 407) return true;
	if (status < 300 || !/^https:/i.test(url)) return false;
	// The helper's own time limit is between two bytes: a page that never ends would hold up the job.
	const limit = openTimeLimit(clock, cancelSignalOf(context), timeoutMilliseconds);
	try {
		const asking = context.helpers.httpRequest({
			method: 'GET',
			url: new URL(url).origin,
			encoding: 'text',
			disableFollowRedirect: true,
			timeout: timeoutMilliseconds,
			abortSignal: limit.signal,
		});
		await limit.race(asking);
		return false;
	} catch (error) {
		const { response, request } = error as RefusedRequest;
		const socket = request?.socket;
		return response?.status === status && typeof socket === 'object' && socket !== null && socket.encrypted !== true;
	} finally {
		limit.close();
	}
}
