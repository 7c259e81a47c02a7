import { describeFailure, type FailedJob } from '../../../nodes/core/failure/describeFailure';
import { failureKinds, oneLine, redact, statusOfFailure, type Failure, type FailureKind } from '../../../nodes/core/failure/failure';

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
			const sentence = describeFailure({ provider: 'APIXO', taskId: 'task_1', failure: failureOf(kind, message, 'E42') });
			expect(sentence).toContain('APIXO');
			expect(sentence).toMatch(/the words it used/i);
			expect(sentence).toContain('(E42)');
			expect(sentence).toMatch(/task_1\.$/);
			expect(sentence).toMatch(/^[A-Z]/);
			expect(sentence).not.toMatch(/\.\.|\s\s|\s\.|undefined/);
		}
	});

	test.each<[FailedJob, string]>([
		[
			{ provider: 'APIXO', taskId: 'task_1', failure: failureOf('contentRejected', 'content policy', 'SensitiveContent') },
			'APIXO refused the content: content policy (SensitiveContent). Task task_1.',
		],
		[
			{ provider: 'PixWith', failure: failureOf('insufficientCredits', 'Credits not enough') },
			'PixWith has not enough credits for this: Credits not enough.',
		],
		[
			{ provider: 'Apiframe', taskId: 'a1', failure: failureOf('timedOut', 'last status "QUEUED"'), timeoutSeconds: 600 },
			'Apiframe had not finished after 600 seconds: last status "QUEUED". Task a1.',
		],
		[
			{ provider: 'APIXO', failure: failureOf('invalidInput', 'Prompt is empty'), nothingSent: true },
			'Nothing was sent to APIXO: Prompt is empty.',
		],
		[{ provider: 'APIXO', taskId: 'task_1', failure: failureOf('notFound') }, "APIXO does not know this task: the provider's own words. Task task_1."],
		[{ provider: 'APIXO', failure: failureOf('notFound') }, "APIXO did not find what was asked for: the provider's own words."],
	])('%j', (job, sentence) => {
		expect(describeFailure(job)).toBe(sentence);
	});

	test('says code and task once', () => {
		const failure = failureOf('generationFailed', 'E42: task_1 has no luck', 'E42');
		expect(describeFailure({ provider: 'APIXO', taskId: 'task_1', failure })).toBe('APIXO could not generate the image: E42: task_1 has no luck.');
	});
});

test.each(failureKinds)('the status of %s', (kind) => {
	const expected = kind === 'timedOut' ? 'timedOut' : kind === 'outcomeUnknown' ? 'unknown' : 'failed';
	expect(statusOfFailure(failureOf(kind))).toBe(expected);
});

test('the kinds are the closed list that saved workflows branch on', () => {
	expect([...failureKinds].sort()).toEqual(
		[
			'invalidInput', 'authentication', 'insufficientCredits', 'contentRejected', 'notFound', 'rateLimited', 'providerUnavailable',
			'outcomeUnknown', 'generationFailed', 'timedOut', 'downloadFailed', 'unexpectedReply', 'spendingLimit', 'cancelled',
		].sort(),
	);
});

describe('oneLine', () => {
	test.each<[string, string]>([
		['plain', 'plain'],
		['  two\n\tlines  ', 'two lines'],
		['<html><head><style>p { color: red }</style></head><body><h1>502</h1>Bad gateway</body></html>', '502 Bad gateway'],
		['<script>alert(1)</script>Sorry', 'Sorry'],
		['', ''],
		['The job was canceled', 'The job was cancelled'],
	])('%j becomes %j', (text, line) => {
		expect(oneLine(text)).toBe(line);
	});

	test('is never longer than a paragraph', () => {
		expect(oneLine('x'.repeat(9000))).toBe(`${'x'.repeat(500)}…`);
		expect(oneLine('x'.repeat(500))).toBe('x'.repeat(500));
	});
});

describe('redact', () => {
	test.each<[string, string, string]>([
		['as it is', 'Invalid key afk_1234', 'Invalid key [hidden]'],
		['everywhere', 'afk_1234, afk_1234', '[hidden], [hidden]'],
		['inside words', 'Bearer-afk_1234!', 'Bearer-[hidden]!'],
	])('hides a key %s', (_, text, clean) => {
		expect(redact(text, ['afk_1234'])).toBe(clean);
	});

	test('hides a key as URLs and JSON write it', () => {
		const key = 'a+b/"c"\\d';
		expect(redact(`?key=${encodeURIComponent(key)}`, [key])).toBe('?key=[hidden]');
		expect(redact(JSON.stringify({ key }), [key])).toBe('{"key":"[hidden]"}');
	});

	test('takes several secrets, and none that is too short to be one', () => {
		expect(redact('one1 two2 abc', ['one1', 'two2', 'abc', ''])).toBe('[hidden] [hidden] abc');
	});
});

describe('oneLine', () => {
	test.each([
		['a\u0000b\u001b[31mc\u0085d', 'a b [31mc d'],
		['a <b', 'a <b'],
		['<style>a{}</style>x', 'x'],
		['a <style_preset> b', 'a b'],
		['a <script>never closed', 'a'],
	])('makes %j %j', (text, line) => {
		expect(oneLine(text)).toBe(line);
	});

	test('cuts no character in two', () => {
		expect(oneLine(`${'x'.repeat(499)}🦊🦊`)).toBe(`${'x'.repeat(499)}…`);
	});

	test.each(['<', '<script', '<script>', '<style>', '</script'])('takes no time for 200,000 times %s', (text) => {
		const before = process.cpuUsage();
		oneLine(text.repeat(200_000));
		expect(process.cpuUsage(before).user).toBeLessThan(1_500_000);
	});
});

test('a task ID of several lines stays in the sentence', () => {
	expect(describeFailure({ provider: 'APIXO', taskId: 'a\nb', failure: failureOf('timedOut') })).toMatch(/ Task a b\.$/);
});
