import { describeFailure, type FailedJob } from '../../../nodes/core/failure/describeFailure';
import { failureKinds, type Failure, type FailureKind } from '../../../nodes/core/failure/failure';
import { factsOf } from '../../../nodes/core/failure/kindFacts';
import { submitFailure, taskFailure } from '../../../nodes/core/reply/providerFailure';
import { fullProvider } from '../../support/madeUpProvider';

const failureOf = (kind: FailureKind, message = "the provider's own words", code?: string): Failure => ({
	kind,
	message,
	retryable: false,
	mayBeCharged: false,
	tryElsewhere: false,
	remedy: 'Do something.',
	...(code === undefined ? {} : { code }),
});

describe('describeFailure', () => {
	test.each(failureKinds)('%s names the provider, its words, the code and the task, in whole sentences', (kind) => {
		for (const message of ['the words it used', 'The words it used.', 'The words it used. ', 'The words it used...']) {
			const sentence = describeFailure({ provider: 'Example', taskId: 'task_1', failure: failureOf(kind, message, 'E42') });
			expect(sentence).toContain('Example');
			expect(sentence).toMatch(/the words it used/i);
			expect(sentence).toContain('(E42)');
			expect(sentence).toMatch(/task_1\.$/);
			expect(sentence).toMatch(/^[A-Z]/);
			expect(sentence).not.toMatch(/\.\.|\s\s|\s\.|undefined/);
		}
	});

	test.each<[FailedJob, string]>([
		[
			{ provider: 'Example', taskId: 'task_1', failure: failureOf('contentRejected', 'content policy', 'SensitiveContent') },
			'Example refused the content: content policy (SensitiveContent). Task task_1.',
		],
		[
			{ provider: 'Example', failure: failureOf('insufficientCredits', 'Credits not enough') },
			'Your Example account does not have enough credits: Credits not enough.',
		],
		[
			{ provider: 'Example', taskId: 'a1', failure: failureOf('timedOut', 'last status "QUEUED"'), timeoutSeconds: 600 },
			'Example had not finished after 600 seconds: last status "QUEUED". Task a1.',
		],
		[{ provider: 'Example', failure: failureOf('invalidInput', 'Prompt is empty'), nothingSent: true }, 'Nothing was sent to Example: Prompt is empty.'],
		[{ provider: 'Example', taskId: 'task_1', failure: failureOf('notFound') }, "Example does not know this task: the provider's own words. Task task_1."],
		[{ provider: 'Example', failure: failureOf('notFound') }, "Example did not find what the request asks for: the provider's own words."],
	])('%j', (job, sentence) => {
		expect(describeFailure(job)).toBe(sentence);
	});

	test('names the code and the task only once', () => {
		const failure = failureOf('generationFailed', 'E42: task_1 has no luck', 'E42');
		expect(describeFailure({ provider: 'Example', taskId: 'task_1', failure })).toBe('Example could not generate the image: E42: task_1 has no luck.');
	});
});

test.each(failureKinds)('the status of %s', (kind) => {
	const expected = kind === 'timedOut' ? 'timedOut' : kind === 'outcomeUnknown' ? 'unknown' : 'failed';
	expect(factsOf(kind).status).toBe(expected);
});

test('the kinds are the closed list that saved workflows branch on', () => {
	expect([...failureKinds].sort()).toEqual(
		[
			'invalidInput',
			'authentication',
			'insufficientCredits',
			'contentRejected',
			'notFound',
			'rateLimited',
			'providerUnavailable',
			'outcomeUnknown',
			'generationFailed',
			'timedOut',
			'downloadFailed',
			'unexpectedReply',
			'spendingLimit',
			'cancelled',
		].sort(),
	);
});

test('a task ID of several lines stays in the sentence', () => {
	expect(describeFailure({ provider: 'Example', taskId: 'a\nb', failure: failureOf('timedOut') })).toMatch(/ Task a b\.$/);
});

describe('the sentence and the remedy fit the failure', () => {
	const told = (failure: Failure, taskId?: string) =>
		`${describeFailure({ provider: 'Example', failure, ...(taskId === undefined ? {} : { taskId }) })} ${failure.remedy}`;

	test('a credential that is not chosen is not reported as a refused key', () => {
		const failure = submitFailure(fullProvider, 'authentication', { message: 'no Example API credential is chosen in the node' });
		expect(failure.remedy).toMatch(/^Choose an Example API credential in the node/);
	});

	test('a job that was not sent in time names Timeout, and no way to collect a task', () => {
		for (const kind of ['timedOut', 'rateLimited'] as const) {
			const failure = submitFailure(fullProvider, kind, { message: 'Slow down' });
			expect(failure).toMatchObject({ mayBeCharged: false });
			expect(told(failure)).toContain('Timeout');
			expect(told(failure)).not.toContain('Wait for Task');
		}
	});

	test.each(['timedOut', 'downloadFailed'] as const)('the remedy for a paid task (%s) names only ways that do not pay again', (kind) => {
		const { remedy } = taskFailure(fullProvider, kind, { message: 'late' });
		expect(remedy).toMatch(/Wait for Task node, or retry the failed execution under Executions\. Neither pays again, but executing the Generate step does\.$/);
	});

	test.each(['Invalid API key', 'Your account is suspended'])('the remedy for a task whose status is refused says how to collect it: %s', (message) => {
		const isOver = /The task is not lost: after that, pass this item to a Seedream Wait for Task node, .*executing the Generate step does\.$/;
		expect(taskFailure(fullProvider, 'authentication', { message }).remedy).toMatch(isOver);
		expect(submitFailure(fullProvider, 'authentication', { message }).remedy).not.toContain('Wait for Task');
	});

	test('the remedy for a proxy fault names the proxy settings', () => {
		expect(submitFailure(fullProvider, 'providerUnavailable', { message: 'the proxy refused the connection' }).remedy).toContain('HTTPS_PROXY');
	});

	test.each<[string, RegExp]>([
		['expected the aspect ratio to be between 0.33 and 3.00, but received image with aspect ratio: 3.45 instead', /Correct the reference image/],
		['HEIC is not supported', /Correct the reference image/],
		['Error while downloading https://example.com/a.jpg', /Correct the reference image/],
		['图片格式不支持', /Correct the reference image/],
		['prompt is too long', /Correct what the message names/],
		['', /^Example does not say why\. Compare the request, which Dry Run shows, with its page https:\/\/example\.com\/docs, and check your account\.$/],
		['HTTP 418', /^Example does not say why/],
	])('%s: %s', (message, remedy) => {
		expect(taskFailure(fullProvider, 'invalidInput', { message })).toMatchObject({
			retryable: false,
			tryElsewhere: false,
			remedy: expect.stringMatching(remedy),
		});
	});
});
