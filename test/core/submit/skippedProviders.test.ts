import type { FailureKind } from '../../../nodes/core/failure/failure';
import { submitFailure } from '../../../nodes/core/reply/providerFailure';
import { SkippedProviders } from '../../../nodes/core/submit/skippedProviders';
import { madeUpProvider } from '../../support/madeUpProvider';

const failureOf = (kind: FailureKind) => submitFailure(madeUpProvider, kind, { message: kind });
const minute = 60_000;

/** Whether another job skips the provider at these times, in milliseconds after its failure. */
function isSkipped(kind: FailureKind, isGateClosed: boolean, times: readonly number[]): boolean[] {
	const skipped = new SkippedProviders();
	skipped.noteFailure('example', failureOf(kind), { now: 0, isGateClosed });
	return times.map((now) => skipped.reasonFor('example', now, 'job') !== undefined);
}

test.each<[string, FailureKind, boolean, boolean[]]>([
	['refused the key is skipped for good', 'authentication', false, [true, true, true]],
	['has no credits left is skipped for good', 'insufficientCredits', true, [true, true, true]],
	['was not reached is skipped for a minute', 'providerUnavailable', false, [true, true, false]],
	['asked for a pause too long to wait for is skipped for a minute', 'rateLimited', false, [true, true, false]],
	['closed its gate is left to the gate', 'rateLimited', true, [false, false, false]],
	['refused one item alone is asked by the others', 'contentRejected', false, [false, false, false]],
	['may have taken a job is asked by the others', 'outcomeUnknown', false, [false, false, false]],
])('a provider that %s', (_, kind, isGateClosed, expected) => {
	expect(isSkipped(kind, isGateClosed, [0, minute - 1, minute])).toEqual(expected);
});

test('the first reason is kept while it holds, and other providers are not affected', () => {
	const skipped = new SkippedProviders();
	skipped.noteFailure('example', failureOf('insufficientCredits'), { now: 0, isGateClosed: false });
	skipped.noteFailure('example', failureOf('providerUnavailable'), { now: 1, isGateClosed: false });
	expect(skipped.reasonFor('example', 2 * minute, 'job')?.kind).toBe('insufficientCredits');
	expect(skipped.reasonFor('other', 1, 'job')).toBeUndefined();
});

test('after its minute a provider may be skipped for another reason', () => {
	const skipped = new SkippedProviders();
	skipped.noteFailure('example', failureOf('providerUnavailable'), { now: 0, isGateClosed: false });
	skipped.noteFailure('example', failureOf('authentication'), { now: minute, isGateClosed: false });
	expect(skipped.reasonFor('example', 10 * minute, 'job')?.kind).toBe('authentication');
});

describe('a trial', () => {
	function onTrial(): SkippedProviders {
		const skipped = new SkippedProviders();
		skipped.startTrial('example', failureOf('providerUnavailable'), { now: 0, trialJob: 'first' });
		return skipped;
	}
	const seenBy = (skipped: SkippedProviders, job: string, now = 1): string | undefined => skipped.reasonFor('example', now, job)?.kind;

	test('is for one job: the others skip the provider, for a minute at the most', () => {
		const skipped = onTrial();
		expect([seenBy(skipped, 'first'), seenBy(skipped, 'second'), seenBy(skipped, 'second', minute)]).toEqual([undefined, 'providerUnavailable', undefined]);
	});

	test('of a second job does not begin while the first runs', () => {
		const skipped = onTrial();
		skipped.startTrial('example', failureOf('providerUnavailable'), { now: 1, trialJob: 'second' });
		expect([seenBy(skipped, 'first'), seenBy(skipped, 'second')]).toEqual([undefined, 'providerUnavailable']);
	});

	test('ends with the answer to its job, not to another', () => {
		const skipped = onTrial();
		skipped.endTrial('example', 'second');
		expect(seenBy(skipped, 'second')).toBe('providerUnavailable');
		skipped.endTrial('example', 'first');
		expect(seenBy(skipped, 'second')).toBeUndefined();
	});

	test('that fails for good is followed by its reason, which the end of the trial does not take away', () => {
		const skipped = onTrial();
		skipped.noteFailure('example', failureOf('authentication'), { now: 2, isGateClosed: false });
		skipped.endTrial('example', 'first');
		expect([seenBy(skipped, 'first'), seenBy(skipped, 'second')]).toEqual(['authentication', 'authentication']);
	});
});
