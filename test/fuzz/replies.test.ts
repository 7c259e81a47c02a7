/** For any reply of a provider or the network: a task, images, or a failure in a sentence; paid once; in time. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

import { buildSubmit } from '../../nodes/core/submit/buildSubmit';
import type { Clock } from '../../nodes/core/clock';
import { heldBack, type ApiRequest, type Reply, type Send, type SendOutcome } from '../../nodes/core/http/send';
import { imageCount } from '../../nodes/core/submit/imageCount';
import { isJsonObject } from '../../nodes/core/json';
import { RateGate } from '../../nodes/core/http/rateGate';
import { retryAfterSeconds } from '../../nodes/core/http/retryAfter';
import { submitTask, type SubmitResult } from '../../nodes/core/submit/submitTask';
import { knownFromRef, knownTask, type KnownTask, taskRefOf } from '../../nodes/core/task/taskRef';
import { waitForTask, type TaskOutcome } from '../../nodes/core/task/waitForTask';
import { draftOf } from '../../nodes/host/generate/prepareSubmission';
import { providers, type RegisteredProvider } from '../../nodes/providers';
import { createFakeClock, fakeStart } from '../support/fakeClock';
import { planFor } from '../support/fakeRun';
import { validTask } from '../support/provider';
import { fixture } from '../support/fixture';
import { brokenFailure, isOneLine } from './support/failure';
import { anyJson, anyObject, anyText, deepJson, mutationsOf, referenceUrls } from './support/json';
import { canBeParsed, firstBroken } from '../support/bodyRules';
import { holds, type Verdict } from './support/property';
import { oneLine } from '../../nodes/core/text';

const idempotencyKey = 'one-key-per-logical-submit';
/** More requests or sleeps than any deadline of these cases allows: the code loops without end. */
const mostSteps = 3000;

const status = fc.oneof(
	{ weight: 6, arbitrary: fc.constantFrom(200, 200, 200, 201, 202) },
	{ weight: 4, arbitrary: fc.constantFrom(400, 401, 402, 403, 404, 408, 409, 410, 422, 429, 451, 455, 499) },
	{ weight: 2, arbitrary: fc.constant(429) },
	{ weight: 2, arbitrary: fc.constantFrom(500, 501, 502, 503, 504, 520, 599) },
	{ weight: 1, arbitrary: fc.constantFrom(199, 204, 299, 300, 301, 302, 304, 307, 308) },
	{ weight: 1, arbitrary: fc.integer({ min: 100, max: 999 }) },
);

const retryAfter = fc.oneof(
	fc.constantFrom(
		'0',
		'1',
		'2',
		'2.5',
		'299',
		'300',
		'301',
		'86400',
		'9'.repeat(400),
		'-1',
		'1e3',
		'soon',
		'',
		' ',
		'0x10',
		'NaN',
		'Infinity',
		'0.0000001',
		'0.001',
		'.5',
		'1,5',
		'Fri, 20 Nov 2026 12:00:03 GMT',
		'Fri, 20 Nov 2026 11:00:00 GMT',
		'2026-11-20T12:00:00.0001Z',
		'2026-11-20T12:00:10Z',
		'Fri, 31 Dec 9999 23:59:59 GMT',
		'99:99',
		'1:2',
	),
	fc.integer({ min: -5, max: 400 }).map(String),
	fc.string({ maxLength: 12 }),
);
const headers = fc.oneof(
	{ weight: 2, arbitrary: fc.constant({}) },
	{ weight: 2, arbitrary: fc.record({ 'retry-after': retryAfter }) },
	{
		weight: 1,
		arbitrary: fc.record(
			{
				'retry-after': retryAfter,
				'x-ratelimit-reset': fc.oneof(retryAfter, fc.double({ min: fakeStart / 1000 - 5, max: fakeStart / 1000 + 400 }).map(String)),
				'x-ratelimit-remaining': fc.constantFrom('0', '1', '', 'none'),
				'x-request-id': anyText,
			},
			{ requiredKeys: [] },
		),
	},
);

const fault = fc
	.tuple(fc.constantFrom('neverSent', 'lost'), fc.oneof(fc.constantFrom('ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'NETWORK'), anyText), anyText)
	.map(([kind, code, message]): SendOutcome => (kind === 'lost' ? { kind: 'lost', code, message } : { kind: 'neverSent', code, message }));

interface Answer {
	outcome: SendOutcome;
	/** How much of the request's time-out passes before it comes. */
	slowness: number;
}

interface Case {
	submits: Answer[];
	checks: Answer[];
	seconds: number;
	pollIntervalSeconds: number | undefined;
	overrides: { statusPath?: string; resultPath?: string };
	random: number;
	taskId: string;
}

function casesOf(provider: RegisteredProvider): fc.Arbitrary<Case> {
	const names = readdirSync(join(__dirname, '..', 'providers', provider.id, 'fixtures'));
	const published = names.map((name) => fixture(provider.id, name.replace(/\.json$/, '')));
	const body = fc.oneof(
		{ weight: 10, arbitrary: mutationsOf(published) },
		{ weight: 4, arbitrary: anyObject },
		{ weight: 2, arbitrary: anyJson },
		{ weight: 1, arbitrary: anyText },
		{ weight: 1, arbitrary: deepJson },
	);
	const replies = fc.record({ kind: fc.constant('reply' as const), status, headers, body });
	const outcome: fc.Arbitrary<SendOutcome> = fc.oneof(
		{ weight: 12, arbitrary: replies },
		{ weight: 3, arbitrary: fault },
		{ weight: 1, arbitrary: fc.constant(heldBack) },
	);
	const answer = fc.record({ outcome, slowness: fc.constantFrom(0, 0, 0, 0.001, 0.5, 1) });
	const answers = fc.array(answer, { minLength: 1, maxLength: 4 });
	return fc.record({
		submits: answers,
		checks: answers,
		seconds: fc.constantFrom(0, 1, 10, 10, 60, 60, 300),
		pollIntervalSeconds: fc.constantFrom(undefined, undefined, 1, 7.5),
		overrides: fc.oneof(
			{ weight: 4, arbitrary: fc.constant({}) },
			{
				weight: 1,
				arbitrary: fc.record(
					{
						statusPath: fc.oneof(fc.constantFrom('/jobs/{taskId}', 'x', '?id={taskId}&id={taskId}'), anyText),
						resultPath: fc.oneof(fc.constantFrom('data.images', 'data', 'a..b', '__proto__.x'), anyText),
					},
					{ requiredKeys: [] },
				),
			},
		),
		random: fc.constantFrom(0, 0.5, 0.999),
		taskId: fc.oneof(
			fc.constant('task_1'),
			anyText.map((text) => text.trim()).filter((text) => text !== ''),
		),
	});
}

interface World {
	clock: Clock & { elapsed(): number };
	send: Send;
	requests: ApiRequest[];
	outcomes: SendOutcome[];
}

function createWorld(answers: readonly Answer[], random: number): World {
	const clock = createFakeClock(() => random);
	let steps = 0;
	const step = (): void => {
		steps += 1;
		if (steps > mostSteps) throw new Error(`it comes to no end: ${mostSteps} steps within ${clock.elapsed()} ms`);
	};
	const requests: ApiRequest[] = [];
	const outcomes: SendOutcome[] = [];
	return {
		clock: {
			...clock,
			async sleep(milliseconds) {
				step();
				await clock.sleep(milliseconds);
			},
		},
		requests,
		outcomes,
		async send(request, timeout) {
			step();
			const answer = answers[Math.min(requests.length, answers.length - 1)];
			requests.push(request);
			if (answer === undefined) throw new Error('A case has at least one answer');
			if (answer.slowness > 0) await clock.sleep(answer.slowness * timeout);
			outcomes.push(answer.outcome);
			return answer.outcome;
		},
	};
}

const isWhole = (text: string): boolean => !/\p{Surrogate}/u.test(text);

/** Everything a reply says, however deep. */
function textOf({ body }: Reply): string {
	const said: string[] = [];
	const open: unknown[] = [body];
	while (open.length > 0) {
		const value = open.pop();
		if (typeof value === 'object' && value !== null) open.push(...Object.values(value));
		else said.push(String(value));
	}
	return said.join(' ');
}

/** An object, or a list with exactly one. */
const isReadable = (body: unknown): boolean => (Array.isArray(body) ? (body as unknown[]).filter(isJsonObject).length === 1 : isJsonObject(body));

/** Written from the rules for clients, not from the code: the POST did nothing, or it may be sent twice. */
function mayBeRepeated(outcome: SendOutcome, isHarmless: boolean): boolean {
	if (outcome.kind === 'neverSent') return true;
	if (outcome.kind === 'lost') return isHarmless;
	if (isHarmless && outcome.status !== 409) return true;
	if (outcome.status === 408 || outcome.status === 409 || outcome.status >= 500) return false;
	// some say it in the body alone
	return outcome.status === 429 || /429|too\s+many|rate[\s_-]*limit|ratelimit/i.test(textOf(outcome));
}

function brokenSubmit(provider: RegisteredProvider, result: SubmitResult, { requests, outcomes }: World, isHarmless: boolean): Verdict {
	const last = outcomes.at(-1);
	const unknown = outcomes.filter((one) => one.kind === 'lost' || (one.kind === 'reply' && one.status >= 500)).length;
	const general = firstBroken({
		'a POST is repeated only where that is harmless': outcomes.slice(0, -1).every((one) => mayBeRepeated(one, isHarmless)),
		'a POST is never sent more than three times into the unknown': unknown <= 3,
		'a repeated POST is the same': requests.every((one) => one === requests[0]),
	});
	if (general !== undefined || last === undefined) return general;
	if (result.kind === 'accepted') {
		const { taskId, cost, estimatedSeconds, creditsRemaining } = result.accepted;
		return firstBroken({
			'an acceptance has an id': taskId.trim() !== '',
			'an acceptance came as a readable reply': last.kind === 'reply' && last.status < 300 && isReadable(last.body),
			'a cost is no gain': cost === undefined || (Number.isFinite(cost.amount) && cost.amount >= 0),
			'an estimate is a time': estimatedSeconds === undefined || (Number.isFinite(estimatedSeconds) && estimatedSeconds >= 0),
			'a balance is a number': creditsRemaining === undefined || Number.isFinite(creditsRemaining),
		});
	}
	const { kind, tryElsewhere, mayBeCharged } = result.failure;
	const mayHaveArrived = last.kind === 'lost' || (last.kind === 'reply' && (last.status >= 500 || last.status === 408));
	return (
		brokenFailure(provider, result.failure) ??
		firstBroken({
			'what may have arrived is not known': !mayHaveArrived || kind === 'outcomeUnknown',
			'what may have arrived is not tried elsewhere': !mayHaveArrived || (!tryElsewhere && mayBeCharged),
			'an unreadable acceptance is not known': !(last.kind === 'reply' && last.status < 300 && !isReadable(last.body)) || kind === 'outcomeUnknown',
			'a redirect is named only where there was one':
				!/redirect/.test(result.failure.message) || (last.kind === 'reply' && (last.status >= 300 || /redirect/.test(textOf(last)))),
		})
	);
}

function brokenOutcome(provider: RegisteredProvider, outcome: TaskOutcome, task: KnownTask): Verdict {
	if (outcome.kind === 'failed') {
		return (
			brokenFailure(provider, outcome.failure, task.taskId) ??
			firstBroken({
				'a task that was accepted is not tried elsewhere': !outcome.failure.tryElsewhere,
				'a task has no failure of a submit': !['outcomeUnknown', 'providerUnavailable', 'rateLimited', 'spendingLimit', 'downloadFailed'].includes(
					outcome.failure.kind,
				),
			})
		);
	}
	const { urls, cost, completedAt, expiresAt } = outcome;
	return firstBroken({
		'there is an image': urls.length > 0,
		'every result is a web address': urls.every((url) => /^https?:\/\//i.test(url) && canBeParsed(url)),
		'no result is an echoed reference': !urls.some((url) => referenceUrls.includes(url)),
		'no result comes twice': new Set(urls).size === urls.length,
		'a cost is no gain': cost === undefined || (Number.isFinite(cost.amount) && cost.amount >= 0),
		'its end is a date': !Number.isNaN(Date.parse(completedAt)),
		'its expiry is one line': expiresAt === undefined || isOneLine(expiresAt),
	});
}

async function judge(provider: RegisteredProvider, one: Case): Promise<Verdict> {
	const header = provider.submit.idempotencyHeader;
	const checked = { task: validTask(provider.id), warnings: [], faults: [] };
	const plan = planFor({ checked, images: imageCount(provider, checked.task), completion: 'returnTask' }, provider);
	const request = buildSubmit(provider, plan.checked.task);
	if (header !== undefined) request.headers = { [header]: idempotencyKey };
	const milliseconds = one.seconds * 1000;

	const submitting = createWorld(one.submits, one.random);
	const result = await submitTask(request, { provider, ...submitting, gate: new RateGate(submitting.clock), deadline: fakeStart + milliseconds });
	// a submit may use its own time-out beyond the deadline, once
	if (submitting.clock.elapsed() > milliseconds + 125_000) return `submitting ends by its deadline, not after ${submitting.clock.elapsed()} ms`;
	const brokenResult = brokenSubmit(provider, result, submitting, header !== undefined);
	if (brokenResult !== undefined) return brokenResult;

	let task: KnownTask = { provider: provider.id, taskId: one.taskId, warnings: [] };
	if (result.kind === 'accepted') {
		const ref = taskRefOf(draftOf(plan, request), result.accepted, fakeStart);
		task = knownFromRef(JSON.parse(JSON.stringify(ref)));
		if (task.taskId !== ref.taskId) return 'a handle survives JSON';
	}
	const waiting = createWorld(one.checks, one.random);
	const outcome = await waitForTask(task, {
		provider,
		...waiting,
		gate: new RateGate(waiting.clock),
		deadline: fakeStart + milliseconds,
		overrides: one.overrides,
		...(one.pollIntervalSeconds === undefined ? {} : { pollIntervalSeconds: one.pollIntervalSeconds }),
	});
	// The last check is at the deadline and has a second for each model that the task may be of.
	if (waiting.clock.elapsed() > milliseconds + 1000 * provider.models.length) return `waiting ends by its deadline, not after ${waiting.clock.elapsed()} ms`;
	if (outcome.statusRequests !== waiting.requests.length) return 'the checks are counted';
	return brokenOutcome(provider, outcome, task);
}

describe.each(providers.map((provider) => [provider.displayName, provider] as const))('%s', (_, provider) => {
	holds('submits and waits through any replies', 2500, casesOf(provider), async (one) => await judge(provider, one));

	holds(
		'reads any callback, upload reply and item',
		3000,
		fc.oneof({ weight: 20, arbitrary: anyObject }, { weight: 1, arbitrary: deepJson.filter(isJsonObject) }),
		(body) => {
			const object = body as Parameters<typeof provider.words>[0];
			const id = provider.readCallback?.(object);
			const place = provider.upload?.place(object);
			const fileUrl = provider.upload?.readUrl(object);
			const text = id ?? 'task_1';
			const { path } = provider.status(text, {});
			const known = knownTask(object, provider.id, text);
			provider.checkSignature?.(new TextEncoder().encode(text), { 'x-webhook-signature': text }, 'key');
			return firstBroken({
				'an id is not empty': id === undefined || id.trim() !== '',
				'a path can be sent': path.startsWith('/') && !/\s/.test(path),
				'form fields are texts': (place?.fields ?? []).every((pair) => pair.every((part) => typeof part === 'string')),
				'a file URL is a text': fileUrl === undefined || typeof fileUrl === 'string',
				"an item's warnings are texts": known.warnings.every((warning) => typeof warning === 'string'),
			});
		},
	);
});

describe('texts', () => {
	const bits = fc.constantFrom(
		'<',
		'<script',
		'</script',
		'<script>',
		'<style>',
		'>',
		' ',
		'\n',
		'task ',
		'record',
		'no ',
		'credit',
		'content ',
		'.',
		',',
		'a',
		'🦊',
		'\ud83e',
		'\u0000',
		'canceled',
	);
	const longText = fc
		.tuple(fc.array(bits, { minLength: 1, maxLength: 6 }), fc.constantFrom(1, 50, 20_000))
		.map(([parts, times]) => parts.join('').repeat(times));

	holds('of any length become one line in no time', 1500, longText, (text) => {
		const before = process.cpuUsage();
		const line = oneLine(text);
		const words = providers.map((provider) => provider.kindOf?.(provider.words({ message: text, error: text })));
		return firstBroken({
			'the line is one': line === '' || isOneLine(line),
			'it is cut between characters': isWhole(line) || !isWhole(text),
			'it takes no time': process.cpuUsage(before).user < 1_500_000,
			'words have a meaning or none': words.every((kind) => kind === undefined || typeof kind === 'string'),
		});
	});

	holds('in headers give a pause or none', 3000, headers, (given) => {
		const seconds = retryAfterSeconds(given, fakeStart);
		return firstBroken({ 'a pause is a time': seconds === undefined || (!Number.isNaN(seconds) && seconds >= 0) });
	});
});
