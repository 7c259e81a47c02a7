/** The fault matrix of Seedream Any Provider as data: what goes wrong at which of two providers, and the expected result. */
import type { FailureKind } from '../../../nodes/core/failure/failure';
import type { ProviderId } from '../../../nodes/providers';
import { contractOf } from '../../support/contractOf';

/** Two providers in the order chosen. The first of one pair repeats an idempotency key, that of the other has none. */
export type Pair = readonly [first: ProviderId, second: ProviderId];
export const pairs: readonly Pair[] = [
	['pixwith', 'apixo'],
	['apiframe', 'pixelDojo'],
];

export type Account = 'wrong key' | 'no key' | 'no credits' | 'unreachable';

/** The expected result of the faulty job. */
export interface AnyOutcome {
	/** POSTs that reach the first and the second provider for it. */
	posts: readonly [first: number, second: number];
	/** Who delivers the image. */
	by?: 'first' | 'second';
	/** The failure that is returned, if nobody does. */
	kind?: FailureKind;
	/** What `attempts` tells, in order. */
	attempts?: readonly FailureKind[];
	message?: RegExp;
}

export interface AnyFaultRow {
	name: string;
	/** The state of the accounts. */
	accounts?: readonly [first: Account | undefined, second?: Account];
	/** The simulator's directives; those for one provider name it. */
	directives?(pair: Pair): string;
	parameters?: Readonly<Record<string, unknown>>;
	options?: Readonly<Record<string, unknown>>;
	/** Seconds; by default ten minutes. */
	timeout?: number;
	/** The images are downloaded; otherwise only their URLs are returned, to save time. */
	downloads?: true;
	/** Settings of the node; by default it continues with failure items. */
	node?: Readonly<Record<string, unknown>>;
	/** No job without a fault beside it. */
	isAlone?: true;
	/** The job beside it meets the same fault. */
	concernsAll?: true;
	/** The run is retried with these providers once it has failed. */
	retriedWith?(pair: Pair): readonly ProviderId[];
	/** Stop is pressed when the second provider has had such a request. */
	stoppedAt?: 'submit' | 'status';
	/** The node works as the tool of an agent. */
	isTool?: true;
	expect(pair: Pair): AnyOutcome;
}

const atFirst =
	(directive: string) =>
	([first]: Pair): string =>
		`[[${directive};provider=${first}]]`;
const atSecond =
	(directive: string) =>
	([, second]: Pair): string =>
		`[[${directive};provider=${second}]]`;
const everywhere = (directive: string) => (): string => `[[${directive}]]`;

const secondTakes =
	(kind: FailureKind, postsToFirst = 1) =>
	(): AnyOutcome => ({ posts: [postsToFirst, 1], by: 'second', attempts: [kind] });
const endsAtFirst = (kind: FailureKind, message?: RegExp) => (): AnyOutcome => ({ posts: [1, 0], kind, attempts: [kind], ...(message && { message }) });
/** Anything after acceptance: nobody else was asked. */
const failsAfterAcceptance = (kind: FailureKind) => (): AnyOutcome => ({ posts: [1, 0], kind, attempts: [] });
const nobodyTakes = (posts: AnyOutcome['posts'], kind: FailureKind, attempts: readonly FailureKind[]) => (): AnyOutcome => ({ posts, kind, attempts });
/** An idempotency key makes a second POST to the same provider harmless. */
const onceOrHarmless = ([first]: Pair): AnyOutcome =>
	contractOf(first).request.idempotencyHeader === undefined
		? { posts: [1, 0], kind: 'outcomeUnknown', attempts: ['outcomeUnknown'] }
		: { posts: [2, 0], by: 'first', attempts: [] };

const references = (count: number): Record<string, unknown> => ({
	operation: 'imageToImage',
	imageUrls: Array.from({ length: count }, (_, index) => `https://example.com/${index}.png`).join('\n'),
});

export const anyFaultRows: readonly AnyFaultRow[] = [
	{ name: 'nothing goes wrong', expect: () => ({ posts: [1, 0], by: 'first', attempts: [] }) },
	{ name: 'the first: wrong key', accounts: ['wrong key'], expect: secondTakes('authentication') },
	{ name: 'the first: no key', accounts: ['no key'], expect: secondTakes('authentication', 0) },
	{ name: 'the first: no credits', accounts: ['no credits'], expect: secondTakes('insufficientCredits') },
	{ name: 'the first: unreachable', accounts: ['unreachable'], expect: secondTakes('providerUnavailable', 0) },
	{ name: 'the first: cannot make so many images', parameters: { imageCount: 5 }, concernsAll: true, expect: secondTakes('invalidInput', 0) },
	{ name: 'the first: 429', directives: atFirst('submit=429;retry-after=60;times=always'), expect: secondTakes('rateLimited') },
	{
		name: 'both: 429, once',
		directives: everywhere('submit=429;retry-after=5'),
		expect: () => ({ posts: [2, 1], by: 'first', attempts: [] }),
	},
	{
		name: 'both: 429 until the time-out',
		directives: everywhere('submit=429;retry-after=200;times=always'),
		timeout: 100,
		concernsAll: true,
		expect: nobodyTakes([1, 1], 'rateLimited', ['rateLimited', 'rateLimited']),
	},
	{
		name: 'both: no credits',
		accounts: ['no credits', 'no credits'],
		concernsAll: true,
		expect: nobodyTakes([1, 1], 'insufficientCredits', ['insufficientCredits', 'insufficientCredits']),
	},
	{
		name: 'both: unreachable',
		accounts: ['unreachable', 'unreachable'],
		concernsAll: true,
		expect: nobodyTakes([0, 0], 'providerUnavailable', ['providerUnavailable', 'providerUnavailable']),
	},
	{
		name: 'no credits, then a wrong key',
		accounts: ['no credits', 'wrong key'],
		concernsAll: true,
		expect: nobodyTakes([1, 1], 'authentication', ['insufficientCredits', 'authentication']),
	},
	{
		name: 'both: cannot take so many references',
		parameters: references(15),
		concernsAll: true,
		expect: () => ({ posts: [0, 0], kind: 'invalidInput' }),
	},
	{ name: 'the first: reply lost, job accepted', directives: atFirst('submit=reset-after'), expect: onceOrHarmless },
	{ name: 'the first: 500', directives: atFirst('submit=500'), expect: onceOrHarmless },
	{ name: 'the first: content refused', directives: everywhere('refuse'), expect: endsAtFirst('contentRejected') },
	{ name: 'the first: 400 with details', directives: everywhere('submit=400'), expect: endsAtFirst('invalidInput', /was refused by a directive/) },
	{ name: 'accepted, then failed', directives: everywhere('fail=GENERATION_FAILED'), expect: failsAfterAcceptance('generationFailed') },
	{ name: 'accepted, then never ends', directives: everywhere('never'), timeout: 60, expect: failsAfterAcceptance('timedOut') },
	{ name: 'accepted, then the image is lost', directives: everywhere('image=404'), downloads: true, expect: failsAfterAcceptance('downloadFailed') },
	{
		name: 'no credits, then accepted and failed',
		accounts: ['no credits'],
		directives: everywhere('fail=GENERATION_FAILED'),
		expect: () => ({ posts: [1, 1], kind: 'generationFailed', attempts: ['insufficientCredits'] }),
	},
	{
		name: 'Retry On Fail after a lost image of the second',
		accounts: ['no credits'],
		directives: everywhere('image=404;times=1'),
		downloads: true,
		node: { retryOnFail: true, maxTries: 2, waitBetweenTries: 1 },
		isAlone: true,
		expect: secondTakes('insufficientCredits'),
	},
	{
		name: 'Retry execution after a lost image',
		directives: everywhere('image=404;times=1'),
		downloads: true,
		node: {},
		isAlone: true,
		retriedWith: ([first, second]) => [second, first],
		expect: () => ({ posts: [1, 0], by: 'first', attempts: [] }),
	},
	{
		name: 'Retry execution without the provider that took it',
		directives: everywhere('image=404;times=1'),
		downloads: true,
		node: {},
		isAlone: true,
		retriedWith: ([, second]) => [second],
		expect: () => ({ posts: [1, 0], kind: 'invalidInput' }),
	},
	{
		name: 'above Max Images per Execution',
		options: { maxImages: 1 },
		parameters: { imageCount: 2 },
		concernsAll: true,
		expect: () => ({ posts: [0, 0], kind: 'spendingLimit' }),
	},
	{
		name: 'Stop while the second is asked',
		accounts: ['no credits'],
		directives: atSecond('submit=stall'),
		isAlone: true,
		stoppedAt: 'submit',
		expect: () => ({ posts: [1, 1], kind: 'cancelled', attempts: ['insufficientCredits'] }),
	},
	{
		name: 'Stop while the second works',
		accounts: ['no credits'],
		directives: everywhere('never'),
		isAlone: true,
		stoppedAt: 'status',
		expect: () => ({ posts: [1, 1], kind: 'cancelled', attempts: ['insufficientCredits'] }),
	},
	{ name: 'as the tool of an agent, the first: no credits', accounts: ['no credits'], isTool: true, node: {}, expect: secondTakes('insufficientCredits') },
	{
		name: 'as the tool of an agent, accepted, then failed',
		directives: everywhere('fail=GENERATION_FAILED'),
		isTool: true,
		node: {},
		isAlone: true,
		expect: failsAfterAcceptance('generationFailed'),
	},
];
