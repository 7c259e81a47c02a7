import type { ProviderId } from '../../nodes/providers';
import type { JsonObject, JsonValue } from '../../nodes/core/json';
import type { Size } from '../../nodes/core/image/imageSize';
import type { Exchange } from './exchange';
import type { Random } from './random';
import type { Reply } from './reply';
import type { Fault } from './requestCheck';
import type { World } from './world';

/** What a valid submit asks for. */
export interface Job {
	prompt: string;
	imagesRequested: number;
	size: Size;
	references: readonly string[];
	callbackUrl?: string;
	/** Apiframe's choice of events. */
	callbackEvents?: readonly string[];
	format?: 'png' | 'jpeg';
	/** Accepted by the provider, then refused by the model itself, with these words. */
	doomed?: string;
	/** As the request calls it; what the replies to the submit or to a status check repeat. */
	model?: string;
	/** Where the model's differs from the provider's usual one. */
	pricePerImage?: number;
}

/** Why a request is not served. */
export type Problem =
	| { kind: 'authentication' }
	| { kind: 'insufficientCredits'; needed: number; available: number; older?: boolean }
	| { kind: 'contentRejected' }
	| { kind: 'invalid'; faults: readonly Fault[] }
	| { kind: 'notFound' }
	| { kind: 'conflict' }
	| { kind: 'rateLimited' }
	| { kind: 'unavailable'; status: number };

export type State = 'pending' | 'processing' | 'succeeded' | 'failed';

/** A task as a status check sees it. */
export interface TaskView {
	id: string;
	state: State;
	/** The status word to send, already the provider's own or a faulty one. */
	word: JsonValue;
	/** From 0 to 1. */
	progress: number;
	urls: readonly string[];
	failure?: { code: string; message: string };
	createdAt: number;
	completedAt: number;
	/** What has been charged for it. */
	charged: number;
	balance: number;
	/** Seconds until it is ready, as the provider estimates them. */
	estimatedSeconds: number;
	job: Job;
	origin: string;
	/** A faulty or alternative form of the result: `broken-json`, `object`, … */
	resultForm?: string;
	callbackState?: 'pending' | 'delivered' | 'failed';
}

export interface Route {
	kind: 'submit' | 'status' | 'balance' | 'upload' | 'other';
	taskId?: string;
	/** Where the path names it. */
	model?: string;
}

/** What a signature is made with. */
export interface Signing {
	event: string;
	/** The account's, or another one in a forged callback. */
	key: string;
	/** The values of the `callback` directives. */
	wishes: readonly string[];
}

export interface Account {
	provider: ProviderId;
	key: string;
	balance: number;
}

/** How one provider answers, written from its contract. */
export interface SimulatedProvider {
	readonly id: ProviderId;
	readonly displayName: string;
	/** Where its base URL lies on the simulator. */
	readonly prefix: string;
	readonly demoKey: string;
	readonly authentication: { readonly header: string; readonly scheme?: string };
	readonly pricePerImage: number;
	readonly startBalance: number;
	readonly words: Readonly<Record<State, JsonValue>>;
	/** The delivered images are charged, not those requested. */
	readonly chargesDelivered?: true;
	/** Whether a failed task is refunded. */
	readonly refundsFailures: boolean;
	/** Header whose repeated value returns the first job. */
	readonly idempotencyHeader?: string;
	readonly callbackTries: number;
	/** Whether callback URLs must be public HTTPS (with `publicCallbacksOnly`). */
	readonly callbackNeedsHttps?: true;
	/** Whether a task that fails for no stated reason says "success" all the same. */
	readonly failsSilently?: true;
	/** The status that ends the tries. */
	isDelivered(status: number): boolean;
	route(method: string, path: string, query: URLSearchParams, body: JsonValue | undefined): Route | undefined;
	/** The job in a body, or everything that is wrong with it. */
	read(body: JsonObject, model?: string): { job: Job } | { faults: Fault[] };
	/** From a to b seconds. */
	duration(job: Job): readonly [number, number];
	newId(random: Random): string;
	accepted(task: TaskView): Reply;
	status(task: TaskView): Reply;
	balance?(account: Account): Reply;
	/** All other requests: model lists, schemas. */
	other?(path: string): Reply | undefined;
	callback?(task: TaskView, event: string): JsonObject;
	/** Headers of a signed callback. */
	sign?(text: string, signing: Signing): Record<string, string>;
	/** Its own upload request. */
	upload?(world: World, exchange: Exchange, body: JsonValue | undefined): Reply;
	/** What stores its files on the second origin, at its prefix followed by `-uploads`. */
	storage?(world: World, exchange: Exchange): void;
	refuse(problem: Problem): Reply;
}

/** A job, if there is no fault. */
export function jobOrFaults(faults: Fault[], job: () => Job): { job: Job } | { faults: Fault[] } {
	return faults.length > 0 ? { faults } : { job: job() };
}

export function listOf(value: unknown): string[] {
	return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
}

export function textOf(value: unknown): string | undefined {
	return typeof value === 'string' ? value : undefined;
}

export function faultText(faults: readonly Fault[]): string {
	return faults.map(({ path, message }) => `${path} ${message}`).join('; ');
}

export function isoTime(milliseconds: number): string {
	return new Date(milliseconds).toISOString();
}
