import type { NodeContext } from './nodeContext';

const timeoutMilliseconds = 10_000;

/** What axios throws for a reply that is no success, as far as it is read here. */
interface RefusedRequest {
	response?: { status?: unknown };
	request?: { socket?: { encrypted?: unknown } };
}

/**
 * Whether it was the user's own proxy that answered in the server's place. It says so with a 407. Where it refuses to connect,
 * its reply is handed on as if the server had sent it: then the server is asked again, without the credential, and a reply of
 * the same status that comes over a connection without encryption is no server's.
 */
export async function refusedByProxy(context: NodeContext, url: string, status: number): Promise<boolean> {
	if (status === 407) return true;
	if (status < 300 || !/^https:/i.test(url)) return false;
	try {
		await context.helpers.httpRequest({
			method: 'GET',
			url: new URL(url).origin,
			encoding: 'text',
			disableFollowRedirect: true,
			timeout: timeoutMilliseconds,
		});
		return false;
	} catch (error) {
		const { response, request } = error as RefusedRequest;
		const socket = request?.socket;
		return response?.status === status && typeof socket === 'object' && socket !== null && socket.encrypted !== true;
	}
}
