import type { FailureKind } from '../../nodes/core/failure/failure';
import { readStatusReply } from '../../nodes/core/reply/readStatusReply';
import { readSubmitReply } from '../../nodes/core/reply/readSubmitReply';
import type { ProviderId } from '../../nodes/providers';
import { reply } from './fakeSend';
import { providerOf } from './provider';

interface SubmitReplies {
	/** Replies to a submit that failed, or whose outcome is unknown, and what the message says. */
	failed: ReadonlyArray<[status: number, body: unknown, kind: FailureKind, says?: RegExp]>;
	/** Replies with HTTP 200 to a submit that was accepted, and the task that they name. */
	accepted: ReadonlyArray<[body: unknown, taskId: string | undefined]>;
}

/** Tests what is read from this provider's replies to a submit. */
export function testSubmitReplies(id: ProviderId, { failed, accepted }: SubmitReplies): void {
	test.each(failed)('a submit is answered with HTTP %i %j: %s', (status, body, kind, says = /./) => {
		const reading = readSubmitReply(providerOf(id), reply(status, body));
		expect(reading).toMatchObject({
			kind: kind === 'rateLimited' ? 'tryLater' : 'failed',
			failure: { kind, mayBeCharged: kind === 'outcomeUnknown', message: expect.stringMatching(says) },
		});
	});

	test.each(accepted)('a submit is answered with %j: the task %s', (body, taskId) => {
		const reading = readSubmitReply(providerOf(id), reply(200, body));
		expect(reading.kind === 'accepted' ? (reading.accepted?.taskId ?? 'none') : reading).toBe(taskId ?? 'none');
	});
}

interface StatusReplies {
	/** With HTTP 200; the task's own state is read next. */
	aboutTask?: readonly unknown[];
	/** Final refusals, and those that count only if they are repeated. */
	refused?: ReadonlyArray<readonly [body: unknown, reading: 'final' | 'doubtful', kind: FailureKind]>;
	/** With HTTP 200; the task is checked again. */
	saysNothing?: ReadonlyArray<readonly [body: unknown, rateLimited: boolean]>;
}

/** Tests what is read from this provider's replies to a status check, before the task's own state. */
export function testStatusReplies(id: ProviderId, { aboutTask = [], refused = [], saysNothing = [] }: StatusReplies): void {
	const read = (body: unknown) => readStatusReply(providerOf(id), reply(200, body));
	const rows = [
		...aboutTask.map((body) => ['is about the task', body, { kind: 'body', body }] as const),
		...refused.map(([body, kind, failureKind]) => [`is a ${kind} no`, body, { kind, failure: { kind: failureKind } }] as const),
		...saysNothing.map(([body, rateLimited]) => ['says nothing about the task', body, { kind: 'transient', rateLimited }] as const),
	];
	test.each(rows)('a reply to a status check %s: %j', (_, body, reading) => {
		expect(read(body)).toMatchObject(reading);
	});
}
