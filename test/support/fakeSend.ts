import type { ApiRequest, Reply, Send, SendOutcome } from '../../nodes/core/http/send';

export function reply(status: number, body: unknown, headers: Record<string, string> = {}): Reply {
	return { kind: 'reply', status, headers, body };
}

export const refusedConnection: SendOutcome = {
	kind: 'neverSent',
	code: 'ECONNREFUSED',
	message: 'the connection was refused',
};

export const lostConnection: SendOutcome = {
	kind: 'lost',
	code: 'ECONNRESET',
	message: 'the connection was closed before a reply arrived',
};

export type Answers = readonly SendOutcome[] | ((index: number, request: ApiRequest) => SendOutcome | Promise<SendOutcome>);

export interface FakeSend {
	send: Send;
	readonly requests: readonly ApiRequest[];
	readonly timeouts: readonly number[];
	/** Undefined: sent although the provider asked for a pause. */
	readonly deadlines: ReadonlyArray<number | undefined>;
}

/** Answers from a list, repeating its last entry, or from a function of the number of requests so far (from 0). */
export function fakeSend(answers: Answers): FakeSend {
	const requests: ApiRequest[] = [];
	const timeouts: number[] = [];
	const deadlines: Array<number | undefined> = [];
	return {
		requests,
		timeouts,
		deadlines,
		async send(request, timeout, deadline) {
			const index = requests.length;
			requests.push(request);
			timeouts.push(timeout);
			deadlines.push(deadline);
			if (typeof answers === 'function') return await answers(index, request);
			const answer = answers[Math.min(index, answers.length - 1)];
			if (answer === undefined) throw new Error('No answer was announced');
			return answer;
		},
	};
}
