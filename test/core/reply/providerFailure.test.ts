import { failureKinds, type FailureKind } from '../../../nodes/core/failure/failure';
import { submitFailure, taskFailure } from '../../../nodes/core/reply/providerFailure';
import { fullProvider, makeProvider } from '../../support/madeUpProvider';

describe('what a failure allows', () => {
	const elsewhere: FailureKind[] = ['authentication', 'insufficientCredits', 'rateLimited', 'providerUnavailable'];
	const later: FailureKind[] = ['rateLimited', 'providerUnavailable', 'timedOut', 'downloadFailed'];

	test.each(failureKinds)('%s before a task exists', (kind) => {
		expect(submitFailure(fullProvider, kind, {})).toMatchObject({
			kind,
			message: 'no reason given',
			mayBeCharged: kind === 'outcomeUnknown',
			tryElsewhere: elsewhere.includes(kind),
			retryable: later.includes(kind),
		});
	});

	test.each(failureKinds)('%s of an accepted task never proposes another provider and may be charged', (kind) => {
		expect(taskFailure(fullProvider, kind, {})).toMatchObject({ kind, mayBeCharged: true, tryElsewhere: false });
	});

	test.each([true, false])('a failed task may be charged unless the provider says that it is free: %s', (failedTasksAreFree) => {
		const provider = makeProvider({ facts: { failedTasksAreFree } });
		const mayBeCharged = !failedTasksAreFree;
		expect(taskFailure(provider, 'generationFailed', {})).toMatchObject({ mayBeCharged, retryable: failedTasksAreFree });
		expect(taskFailure(provider, 'contentRejected', {})).toMatchObject({ mayBeCharged, retryable: false });
	});

	test.each(failureKinds)('%s has a remedy of whole sentences', (kind) => {
		for (const failure of [submitFailure(fullProvider, kind, {}), taskFailure(fullProvider, kind, {})]) {
			expect(failure.remedy).toMatch(/^[A-Z].*\.$/);
			expect(failure.remedy).not.toMatch(/undefined|\.\./);
		}
	});

	test.each<[FailureKind, string, RegExp]>([
		['rateLimited', 'slow down (it asks to wait 4000 seconds, longer than the 300 that a run waits)', /whatever its Timeout/],
		['rateLimited', 'slow down', /raise Timeout/],
		[
			'spendingLimit',
			'The price is not documented, so Spending Limit cannot be kept; turn on Allow Unknown Cost to count the estimate',
			/^Turn on Allow Unknown Cost/,
		],
		['spendingLimit', 'Spending Limit is 1 USD: 1 is spent', /^Raise the limit/],
	])('the remedy for %s "%s" fits its cause', (kind, message, remedy) => {
		expect(submitFailure(fullProvider, kind, { message }).remedy).toMatch(remedy);
	});

	test('tokens in quoted URLs are hidden', () => {
		const message = 'callback_url https://n8n.example/webhook-waiting/7/seedream?signature=abc is not reachable';
		for (const build of [submitFailure, taskFailure]) expect(build(fullProvider, 'invalidInput', { message }).message).toContain('?signature=*** is');
	});

	test('the words are one line, the code too', () => {
		const failure = submitFailure(fullProvider, 'invalidInput', { message: 'No\n<b>good</b>', code: 'E\n1' });
		expect(failure).toMatchObject({ message: 'No good', code: 'E 1' });
	});
});

test('a code that is only markup is left out', () => {
	expect(submitFailure(fullProvider, 'invalidInput', { message: 'no', code: '<b></b>' })).not.toHaveProperty('code');
});
