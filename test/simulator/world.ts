import type { ProviderId } from '../../nodes/providers';
import type { LogEntry } from './log';
import { simulatedProviders } from './simulatedProviders';
import type { Account, Job, SimulatedProvider, State, TaskView } from './simulatedProvider';
import { createRandom, type Random } from './random';
import { parseScenario, Strikes, type Scenario } from './scenario';

export interface RateLimit {
	provider: ProviderId;
	perMinute: number;
}

export interface SimulatorOptions {
	/** 0 takes any free port. */
	port?: number;
	host?: string;
	/** 1 is real time; 0.01 lets tasks finish a hundred times faster. */
	timeFactor?: number;
	/** The same seed gives the same ids and durations. */
	seed?: number;
	/** Directives for every task, e.g. `[[image=404]]`. */
	scenario?: string;
	/** Valid keys instead of the demo keys. */
	keys?: Partial<Record<ProviderId, readonly string[]>>;
	/** What an account starts with, in the provider's own unit. */
	credits?: Partial<Record<ProviderId, number>>;
	rateLimit?: RateLimit | readonly RateLimit[];
	/** From 0 to 1: the share of submits, status checks and downloads with a temporary fault (429, 503, 503). */
	flaky?: number;
	/** Refuse callback URLs that are not public HTTPS where the contract wants that (APIXO). */
	publicCallbacksOnly?: boolean;
}

export interface Task {
	readonly id: string;
	readonly provider: SimulatedProvider;
	readonly account: Account;
	readonly job: Job;
	readonly scenario: Scenario;
	readonly createdAt: number;
	readonly estimatedSeconds: number;
	/** When the work is done; the status endpoint may say so later. */
	readonly readyAt: number;
	readonly visibleAt: number;
	urls: string[];
	failure?: { code: string; message: string };
	/** Filled once it is final. */
	completedAt?: number;
	charged: number;
	callbackState?: 'pending' | 'delivered' | 'failed';
	referenceCheck?: Promise<void>;
}

/** A task as tests and the `/__tasks` page see it. */
export interface TaskRecord {
	id: string;
	provider: ProviderId;
	createdAt: string;
	/** Null for a task that never ends. */
	readyAt: string | null;
	state: State;
	images: string[];
	prompt: string;
	size: string;
	references: number;
	imagesRequested: number;
	charged: number;
	callbackUrl?: string;
}

export interface StoredFile {
	data: Buffer;
	type: string;
}

function randomsOf(seed = Date.now()): [Random, Random] {
	return [createRandom(seed), createRandom(seed + 1)];
}

/** Everything the simulator remembers. */
export class World {
	readonly timeFactor: number;
	random: Random;
	/** A separate source, so that faults change no ids and no durations. */
	#flakiness: Random;
	readonly strikes = new Strikes();
	readonly requests: LogEntry[] = [];
	readonly tasks = new Map<string, Task>();
	readonly files = new Map<string, StoredFile>();
	/** Announced uploads by their key. */
	readonly announced = new Map<string, { fields: Record<string, string>; type: string; expiresAt: number }>();
	/** Jobs by account and idempotency key. */
	readonly idempotent = new Map<string, { body: string; task: Task }>();
	readonly recentRequests = new Map<ProviderId, number[]>();
	defaults: Scenario;
	origin = '';
	/** A second origin, to which some images redirect. */
	elsewhere = '';
	readonly #accounts = new Map<string, Account>();
	readonly #timers = new Set<NodeJS.Timeout>();

	constructor(readonly options: SimulatorOptions) {
		this.timeFactor = options.timeFactor ?? 1;
		[this.random, this.#flakiness] = randomsOf(options.seed);
		this.defaults = parseScenario(options.scenario ?? '');
	}

	keysOf(provider: SimulatedProvider): readonly string[] {
		return this.options.keys?.[provider.id] ?? [provider.demoKey];
	}

	/** The account of a key; one that ends in `-broke` or `_broke` has no credits. */
	account(provider: SimulatedProvider, key: string): Account | undefined {
		const broke = /[-_]broke$/.test(key);
		const valid = this.keysOf(provider);
		if (!valid.includes(key) && !(broke && valid.includes(key.slice(0, -6)))) return undefined;
		const name = `${provider.id} ${key}`;
		const known = this.#accounts.get(name);
		if (known !== undefined) return known;
		const start = this.options.credits?.[provider.id] ?? provider.startBalance;
		const account: Account = { provider: provider.id, key, balance: broke && !valid.includes(key) ? 0 : start };
		this.#accounts.set(name, account);
		return account;
	}

	/** Whether the next request has a temporary fault. */
	isFlaky(): boolean {
		return this.#flakiness.next() < (this.options.flaky ?? 0);
	}

	/** Runs something later, in real milliseconds, unless the simulator is reset or closed before. */
	later(milliseconds: number, run: () => void): void {
		const timer = setTimeout(
			() => {
				this.#timers.delete(timer);
				run();
			},
			Math.max(0, milliseconds),
		);
		this.#timers.add(timer);
	}

	wait(milliseconds: number): Promise<void> {
		return new Promise((resolve) => this.later(milliseconds, resolve));
	}

	charge(task: Task, amount: number): void {
		const rounded = Math.round(amount * 1000) / 1000;
		task.account.balance = Math.round((task.account.balance + task.charged - rounded) * 1000) / 1000;
		task.charged = rounded;
	}

	view(task: Task): TaskView {
		const now = Date.now();
		const { provider, createdAt, readyAt } = task;
		const share = Number.isFinite(readyAt) ? (now - createdAt) / Math.max(1, readyAt - createdAt) : 0.5;
		const isFinal = task.completedAt !== undefined && now >= task.visibleAt;
		const state: State = isFinal ? (task.failure === undefined ? 'succeeded' : 'failed') : share < 0.15 ? 'pending' : 'processing';
		const result = task.scenario.find(({ name }) => name === 'result');
		return {
			id: task.id,
			state,
			word: provider.words[state],
			progress: Math.min(0.99, Math.max(0, share)),
			urls: task.urls,
			failure: task.failure,
			createdAt,
			completedAt: task.completedAt ?? now,
			charged: task.charged,
			balance: task.account.balance,
			estimatedSeconds: task.estimatedSeconds,
			job: task.job,
			origin: this.origin,
			resultForm: result?.value,
			callbackState: task.callbackState,
		};
	}

	record(task: Task): TaskRecord {
		const { state } = this.view(task);
		return {
			id: task.id,
			provider: task.provider.id,
			createdAt: new Date(task.createdAt).toISOString(),
			readyAt: Number.isFinite(task.readyAt) ? new Date(task.readyAt).toISOString() : null,
			state,
			images: state === 'succeeded' ? [...task.urls] : [],
			prompt: task.job.prompt,
			size: `${task.job.size.width}x${task.job.size.height}`,
			references: task.job.references.length,
			imagesRequested: task.job.imagesRequested,
			charged: task.charged,
			callbackUrl: task.job.callbackUrl,
		};
	}

	log(entry: LogEntry): LogEntry {
		this.requests.push(entry);
		return entry;
	}

	stopTimers(): void {
		for (const timer of this.#timers) clearTimeout(timer);
		this.#timers.clear();
	}

	reset(): void {
		this.stopTimers();
		this.strikes.clear();
		[this.random, this.#flakiness] = randomsOf(this.options.seed);
		this.requests.length = 0;
		for (const map of [this.tasks, this.files, this.announced, this.idempotent, this.recentRequests, this.#accounts]) {
			map.clear();
		}
		this.defaults = parseScenario(this.options.scenario ?? '');
	}
}

export function providerAt(path: string): { provider: SimulatedProvider; below: string } | undefined {
	const provider = simulatedProviders.find(({ prefix }) => path === prefix || path.startsWith(`${prefix}/`));
	return provider === undefined ? undefined : { provider, below: path.slice(provider.prefix.length) };
}
