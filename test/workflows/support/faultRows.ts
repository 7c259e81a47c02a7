/** The fault matrix as data: what goes wrong, and the expected result for each provider. */
import { escapeRegExp } from 'lodash';

import type { FailureKind } from '../../../nodes/core/failure/failure';
import { type ProviderId, providers } from '../../../nodes/providers';
import { contractOf } from '../../support/contractOf';
import type { Body, ModelContract, Outcome, ProviderContract } from '../../support/providerContract';

/** Where the provider is reached. */
export type Place = 'simulator' | 'closed port' | 'unknown host' | 'no TLS' | 'hangs up' | 'redirects' | 'public name';

export interface FaultRow {
	name: string;
	/** The simulator's directives. */
	directives?: string;
	key?: 'wrong' | 'broke';
	place?: Place;
	/** Seconds; by default ten minutes. */
	timeout?: number;
	/** Images asked for where the provider has a count; 1 elsewhere. */
	count?: number;
	options?: Record<string, unknown>;
	/** Beside the prompt; only where the row is run for other models. */
	parameters?(model: ModelContract): Body;
	/** The job beside it meets the same fault. */
	concernsAll?: true;
	/** The provider took the job, but its id is not known. */
	idLost?: true;
	/** The expected result unless a provider's contract says otherwise. The model is given where it is another than Seedream 4.5. */
	expect(contract: ProviderContract, count: number, model?: ModelContract): Outcome;
}

/** A provider with Seedream 4.5, or with another model. */
export interface Column {
	provider: ProviderId;
	displayName: string;
	model?: string;
}

const delivered =
	(posts = 1) =>
	(): Outcome => ({ posts, images: 1 });
const fails = (kind: FailureKind, message?: RegExp) => (): Outcome => ({ posts: 1, images: 0, kind, ...(message === undefined ? {} : { message }) });
const literally = (text: string): RegExp => new RegExp(escapeRegExp(text));
const unsent = (kind: FailureKind, message?: RegExp) => (): Outcome => ({ ...fails(kind, message)(), posts: 0 });

/** An idempotency key makes a second POST harmless; where there is none, there is no second POST. */
const onceOrHarmless =
	(kind: FailureKind) =>
	({ request }: ProviderContract): Outcome =>
		request.idempotencyHeader === undefined ? { posts: 1, images: 0, kind } : { posts: 2, images: 1 };

const providerRows: Readonly<Record<'submit' | 'status' | 'download', readonly FaultRow[]>> = {
	submit: [
		{ name: 'nothing goes wrong', expect: delivered() },
		{ name: 'wrong key', key: 'wrong', concernsAll: true, expect: fails('authentication', /key/i) },
		{ name: 'no credits', key: 'broke', concernsAll: true, expect: fails('insufficientCredits', /credits/i) },
		{ name: 'payment required (402)', directives: '[[submit=402]]', expect: fails('insufficientCredits') },
		{ name: 'content refused', directives: '[[refuse]]', expect: fails('contentRejected') },
		{ name: 'content refused (403)', directives: '[[submit=403]]', expect: fails('contentRejected') },
		{
			name: 'a field the provider does not know',
			options: { additionalFields: { no_such_field: 1 } },
			concernsAll: true,
			expect: fails('invalidInput', /no_such_field/),
		},
		{ name: '400 with details', directives: '[[submit=400]]', expect: fails('invalidInput', /was refused by a directive/) },
		{ name: 'endpoint not found (404)', directives: '[[submit=404;times=always]]', expect: fails('notFound') },
		{
			name: 'conflict (409)',
			directives: '[[submit=409;times=always]]',
			expect: fails('outcomeUnknown', /conflict|different request/i),
		},
		{ name: '429 without Retry-After', directives: '[[submit=429;times=2]]', expect: delivered(3) },
		{ name: '429 with Retry-After in seconds', directives: '[[submit=429;retry-after=5]]', expect: delivered(2) },
		{ name: '429 with Retry-After as a date', directives: '[[submit=429;retry-after-date=10]]', expect: delivered(2) },
		{
			name: '429 until the time-out',
			directives: '[[submit=429;retry-after=200;times=always]]',
			timeout: 100,
			// All requests of the account wait: the sound job is sent, and looked at too late.
			concernsAll: true,
			expect: fails('rateLimited'),
		},
		{ name: '429 that asks for more than any run waits', directives: '[[submit=429;retry-after=4000]]', expect: fails('rateLimited', /4000 seconds/) },
		{ name: '500', directives: '[[submit=500]]', expect: onceOrHarmless('outcomeUnknown') },
		{ name: '502 with an HTML page', directives: '[[submit=502html]]', expect: onceOrHarmless('outcomeUnknown') },
		{ name: '503', directives: '[[submit=503]]', expect: onceOrHarmless('outcomeUnknown') },
		{ name: 'connection refused', place: 'closed port', concernsAll: true, expect: unsent('providerUnavailable', /refused/) },
		{ name: 'unknown host', place: 'unknown host', concernsAll: true, expect: unsent('providerUnavailable', /host name/) },
		{ name: 'TLS handshake fails', place: 'no TLS', concernsAll: true, expect: unsent('providerUnavailable') },
		{
			name: 'connection reset before the body arrived',
			place: 'hangs up',
			concernsAll: true,
			expect: ({ request }) => ({ posts: request.idempotencyHeader === undefined ? 1 : 3, images: 0, kind: 'outcomeUnknown' }),
		},
		{ name: 'connection reset, job not accepted', directives: '[[submit=reset-before]]', expect: onceOrHarmless('outcomeUnknown') },
		{ name: 'connection reset, job accepted', directives: '[[submit=reset-after]]', idLost: true, expect: onceOrHarmless('outcomeUnknown') },
		{ name: 'no reply in time, job not accepted', directives: '[[submit=stall-before]]', expect: onceOrHarmless('outcomeUnknown') },
		{ name: 'no reply in time, job accepted', directives: '[[submit=stall]]', idLost: true, expect: onceOrHarmless('outcomeUnknown') },
		{ name: 'reply not JSON, job accepted', directives: '[[submit=not-json]]', idLost: true, expect: onceOrHarmless('outcomeUnknown') },
		{ name: 'HTML page with status 200', directives: '[[submit=html]]', expect: onceOrHarmless('outcomeUnknown') },
		{ name: 'reply without an id, job accepted', directives: '[[submit=no-id]]', idLost: true, expect: onceOrHarmless('outcomeUnknown') },
		{
			name: 'success code with an error body',
			directives: '[[submit=200-error]]',
			// "Internal server error": a trouble of the service says nothing about the job, in whatever envelope it comes.
			expect: onceOrHarmless('outcomeUnknown'),
		},
		{ name: 'redirect, which would carry the key', place: 'redirects', concernsAll: true, expect: fails('unexpectedReply', /redirect/) },
	],
	status: [
		{ name: 'status words in another case', directives: '[[status=uppercase]]', expect: delivered() },
		{ name: 'an unknown word for a while', directives: '[[status=word:brewing;times=3]]', expect: delivered() },
		{ name: 'an unknown number for a while', directives: '[[status=word:7;times=3]]', expect: delivered() },
		{
			name: 'an unknown word for good',
			directives: '[[status=word:brewing;times=always]]',
			timeout: 60,
			expect: fails('timedOut', /"brewing" is not a documented status/),
		},
		{ name: '500 for a while', directives: '[[status=500;times=3]]', expect: delivered() },
		{ name: '500 for good', directives: '[[status=500;times=always]]', timeout: 60, expect: fails('timedOut', /HTTP 500/) },
		{ name: '429 without Retry-After', directives: '[[status=429;times=2]]', expect: delivered() },
		{ name: '429 with Retry-After', directives: '[[status=429;retry-after=5]]', expect: delivered() },
		{ name: '429 with a Retry-After of a day', directives: '[[status=429;retry-after=86400]]', expect: delivered() },
		{ name: 'connection reset for a while', directives: '[[status=reset;times=2]]', expect: delivered() },
		{ name: 'no reply in time, once', directives: '[[status=stall]]', expect: delivered() },
		{ name: '502 with an HTML page for a while', directives: '[[status=502html;times=2]]', expect: delivered() },
		{ name: 'HTML page with status 200 for a while', directives: '[[status=html;times=2]]', expect: delivered() },
		{ name: 'reply not JSON for a while', directives: '[[status=not-json;times=2]]', expect: delivered() },
		{ name: 'success code with an error body, once', directives: '[[status=200-error]]', expect: delivered() },
		{ name: '404 just after the submit', directives: '[[status=404;times=2]]', expect: delivered() },
		{ name: '404 for good', directives: '[[status=404;times=always]]', expect: fails('notFound', /does not know this task/) },
		{ name: '401 in the middle', directives: '[[status=401]]', expect: fails('authentication') },
		{ name: '403 for good', directives: '[[status=403]]', expect: fails('unexpectedReply') },
		{ name: 'success without URLs', directives: '[[no-urls]]', expect: fails('unexpectedReply', /no image URL/) },
		{
			name: 'fewer images than asked for',
			directives: '[[fewer=1]]',
			count: 2,
			expect: (_contract, count) => ({ posts: 1, images: 1, ...(count === 2 ? { warning: /Only 1 of 2 images/ } : {}) }),
		},
		{ name: 'result that cannot be read', directives: '[[result=broken-json]]', expect: fails('unexpectedReply') },
		{ name: 'result in another form', directives: '[[result=object]]', expect: delivered() },
		{ name: 'failed, for its content', directives: '[[fail=SensitiveContent]]', expect: fails('contentRejected') },
		{ name: 'failed, with code and message', directives: '[[fail=MODEL_UNAVAILABLE]]', expect: fails('generationFailed', /MODEL_UNAVAILABLE/) },
		{ name: 'failed, without a reason', directives: '[[fail]]', expect: fails('generationFailed') },
		{ name: 'never ends', directives: '[[never]]', timeout: 60, expect: fails('timedOut', /after 60 seconds/) },
	],
	download: [
		{ name: '403 (expired)', directives: '[[image=403]]', expect: fails('downloadFailed', /HTTP 403/) },
		{ name: '404', directives: '[[image=404]]', expect: fails('downloadFailed', /HTTP 404/) },
		{ name: '410', directives: '[[image=410]]', expect: fails('downloadFailed', /may have expired/) },
		{ name: '500 twice', directives: '[[image=500;times=2]]', expect: delivered() },
		{ name: '500 for good', directives: '[[image=500]]', expect: fails('downloadFailed', /HTTP 500/) },
		{ name: 'connection reset once', directives: '[[image=reset;times=1]]', expect: delivered() },
		{ name: 'redirect', directives: '[[image=redirect]]', expect: delivered() },
		{ name: 'redirect to another origin', directives: '[[image=redirect-elsewhere]]', expect: delivered() },
		{ name: 'truncated once', directives: '[[image=truncated;times=1]]', expect: delivered() },
		{ name: 'truncated for good', directives: '[[image=truncated]]', expect: fails('downloadFailed') },
		{ name: 'cut off with a matching length', directives: '[[image=cut]]', expect: fails('downloadFailed', /cut off/) },
		{ name: 'stalled once', directives: '[[image=stall;times=1]]', expect: delivered() },
		{ name: 'stalled for good', directives: '[[image=stall]]', expect: fails('downloadFailed', /no data arrived for 30 seconds/) },
		{ name: 'slow: a minute, but never silent for long', directives: '[[image=drip:3]]', expect: delivered() },
		{ name: 'HTML instead of an image', directives: '[[image=html]]', expect: fails('downloadFailed', /not an image/) },
		{ name: 'wrong Content-Type', directives: '[[image=wrong-type]]', expect: delivered() },
		{ name: 'larger than the cap', directives: '[[image=big:2]]', options: { maxFileSize: 1 }, expect: fails('downloadFailed', /larger than the 1 MB/) },
		{ name: 'zero bytes', directives: '[[image=empty]]', expect: fails('downloadFailed', /empty/) },
		{ name: 'an empty URL among them', directives: '[[image=empty-url]]', count: 2, expect: (_contract, count) => ({ posts: 1, images: count }) },
		{ name: 'the same URL twice', directives: '[[image=duplicate]]', count: 2, expect: (_contract, count) => ({ posts: 1, images: count }) },
		{
			name: 'a URL into a private network',
			directives: '[[image=private:192.168.1.1]]',
			place: 'public name',
			concernsAll: true,
			expect: fails('downloadFailed', /private network/),
		},
		{
			name: 'one of two images is lost',
			directives: '[[image=404;only=2]]',
			count: 2,
			expect: (_contract, count) => ({ posts: 1, images: 1, ...(count === 2 ? { kind: 'downloadFailed' as const } : {}) }),
		},
	],
};

const named = (rows: readonly FaultRow[], ...names: string[]): FaultRow[] => rows.filter(({ name }) => names.includes(name));

/** The faults in whose handling the model plays a part: its place in the requests, its price, what it can make. */
const modelRows: readonly FaultRow[] = [
	...named(providerRows.submit, 'nothing goes wrong', 'payment required (402)', 'endpoint not found (404)'),
	{ name: 'the provider has dropped the model', directives: '[[submit=no-model]]', expect: fails('notFound', /model/i) },
	{
		name: 'a value that another model left behind',
		parameters: ({ leftOver }) => leftOver[0]?.[0] ?? {},
		concernsAll: true,
		expect: (_contract, _count, model) => ({ posts: 0, images: 0, kind: 'invalidInput', message: literally(model?.leftOver[0]?.[1] ?? '') }),
	},
	{
		name: 'above the spending limit',
		options: { spendingLimit: 0.001 },
		concernsAll: true,
		expect: (_contract, _count, model) => unsent('spendingLimit', model?.price === undefined ? /does not publish the price of/ : /Spending Limit is 0.001/)(),
	},
	{
		name: 'JPEG is asked for',
		parameters: () => ({ outputFormat: 'jpeg' }),
		expect: (_contract, _count, model) => {
			const hasFormat = model?.parameters.some(([name]) => name === 'outputFormat') === true;
			return { posts: 1, images: 1, mimeType: hasFormat ? 'image/jpeg' : 'image/png' };
		},
	},
	...named(providerRows.submit, 'connection reset, job accepted'),
	...named(providerRows.status, '404 just after the submit', '404 for good', '401 in the middle', 'failed, for its content', 'never ends'),
	...named(providerRows.download, '404'),
];

export interface FaultGroup {
	title: string;
	rows: readonly FaultRow[];
	columns: readonly Column[];
}

const ofProviders: readonly Column[] = providers.map(({ id, displayName }) => ({ provider: id, displayName }));
const ofOtherModels: readonly Column[] = providers.flatMap(({ id, displayName, models }) =>
	models.slice(1).map(({ model }) => ({ provider: id, displayName: `${displayName}, ${model.label}`, model: model.id })),
);

export const faultGroups: readonly FaultGroup[] = [
	{ title: 'Submit', rows: providerRows.submit, columns: ofProviders },
	{ title: 'Status', rows: providerRows.status, columns: ofProviders },
	{ title: 'Download', rows: providerRows.download, columns: ofProviders },
	{ title: 'Other models', rows: modelRows, columns: ofOtherModels },
];

/** What the tests expect of a column's model; undefined for Seedream 4.5. */
export function modelOf({ provider, model }: Column): ModelContract | undefined {
	return model === undefined ? undefined : contractOf(provider).otherModels?.[model];
}

/** The expected result of a fault in this column. */
export function expectedOf(row: FaultRow, column: Column, count: number): Outcome {
	const contract = contractOf(column.provider);
	return { ...row.expect(contract, count, modelOf(column)), ...contract.differs?.faults?.[row.name] };
}
