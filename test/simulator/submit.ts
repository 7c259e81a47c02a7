import { isJsonObject, stableJson, type JsonObject, type JsonValue } from '../../nodes/core/json';
import { announce, sendEarly } from './callbacks';
import type { Exchange } from './exchange';
import { faultOf, type Fault } from './faults';
import { urlsOf } from './imageUrls';
import type { Account, Job, SimulatedProvider } from './simulatedProvider';
import { checkReferences } from './references';
import type { Reply } from './reply';
import { asksFor, directives, forProvider, joinScenarios, numberOf, parseScenario, type Scenario } from './scenario';
import type { Fault as RequestFault } from './requestCheck';
import type { Task, World } from './world';

const idempotencyKeyLength = 255;

const failureTexts: Readonly<Record<string, string>> = {
	GENERATION_FAILED: 'Generation failed',
	CONTENT_VIOLATION: 'Content violates policy',
	NSFW: 'The request was flagged as not safe for work',
	SensitiveContent: 'The request may contain sensitive content',
	IMAGE_DOWNLOAD_FAILED: 'A reference image could not be downloaded',
};

const priceOf = (provider: SimulatedProvider, job: Job): number => job.pricePerImage ?? provider.pricePerImage;

/** Handles a submit: the body is checked first, then the directives apply, then the job is charged and runs. */
export async function submit(
	world: World,
	provider: SimulatedProvider,
	account: Account,
	exchange: Exchange,
	body: JsonValue | undefined,
	model: string | undefined,
): Promise<Fault> {
	const { request, entry } = exchange;
	if (!String(request.headers['content-type']).startsWith('application/json') || !isJsonObject(body)) {
		return provider.refuse({ kind: 'invalid', faults: [{ path: 'body', message: 'must be a JSON object' }] });
	}
	const read = provider.read(body, model);
	if ('faults' in read) return provider.refuse({ kind: 'invalid', faults: read.faults });
	const { job } = read;
	const scenario = scenarioOf(world, provider, job);
	if (!Array.isArray(scenario)) return provider.refuse({ kind: 'invalid', faults: [scenario as RequestFault] });
	const faults = worldFaults(world, provider, job);
	if (faults.length > 0) return provider.refuse({ kind: 'invalid', faults });
	if (asksFor(scenario, 'refuse')) return provider.refuse({ kind: 'contentRejected' });

	const directive = world.strikes.take(`submit ${provider.id} ${job.prompt}`, directives(scenario, 'submit'));
	if (directive !== undefined) {
		entry.note = `submit=${directive.value}`;
		const fault = faultOf(directive, provider);
		if (fault !== undefined) return fault;
	}

	const repeated = repeatedJob(world, provider, account, request.headers[provider.idempotencyHeader ?? ''], body);
	if ('reply' in repeated) return repeated.reply;
	if (repeated.task !== undefined) {
		entry.taskId = repeated.task.id;
		entry.note = 'the same idempotency key: the original job';
		return provider.accepted(world.view(repeated.task));
	}

	const cost = priceOf(provider, job) * job.imagesRequested;
	if (account.balance < cost) {
		return provider.refuse({ kind: 'insufficientCredits', needed: cost, available: account.balance, older: true });
	}
	const task = accept(world, provider, account, job, scenario, cost);
	entry.taskId = task.id;
	repeated.remember?.(task);
	await sendEarly(world, task);
	const reply = provider.accepted({ ...world.view(task), word: provider.words.pending });
	switch (directive?.value) {
		case 'reset-after':
			return 'reset';
		case 'stall':
			return 'stall';
		case 'not-json':
			return { status: 200, body: 'OK, your job was accepted' };
		case 'no-id':
			return { ...reply, body: withoutId(reply.body, task.id) };
		default:
			return reply;
	}
}

function scenarioOf(world: World, { id }: SimulatedProvider, job: Job): Scenario | RequestFault {
	try {
		return forProvider(id, joinScenarios(parseScenario(job.prompt), world.defaults));
	} catch (error) {
		return { path: 'prompt', message: error instanceof Error ? error.message : String(error) };
	}
}

/** Faults that depend on more than the body. */
function worldFaults(world: World, provider: SimulatedProvider, job: Job): RequestFault[] {
	const faults: RequestFault[] = [];
	const uploads = `${world.origin}/uploads/`;
	if (job.references.some((url) => url.startsWith(uploads) && !world.files.has(new URL(url).pathname))) {
		faults.push({ path: 'image_urls', message: 'names an image that was never uploaded' });
	}
	const isPublic = job.callbackUrl?.startsWith('https://') ?? true;
	if (world.options.publicCallbacksOnly === true && provider.callbackNeedsHttps === true && !isPublic) {
		faults.push({ path: 'callback_url', message: 'must be a public HTTPS URL' });
	}
	return faults;
}

type Repeated = { reply: Reply } | { task?: Task; remember?: (task: Task) => void };

function repeatedJob(world: World, provider: SimulatedProvider, account: Account, header: string | string[] | undefined, body: JsonObject): Repeated {
	if (typeof header !== 'string') return {};
	if (header.length > idempotencyKeyLength) {
		const faults = [{ path: 'Idempotency-Key', message: `must have at most ${idempotencyKeyLength} characters` }];
		return { reply: provider.refuse({ kind: 'invalid', faults }) };
	}
	const name = `${account.key} ${header}`;
	const text = stableJson(body);
	const known = world.idempotent.get(name);
	if (known === undefined) return { remember: (task) => world.idempotent.set(name, { body: text, task }) };
	return known.body === text ? { task: known.task } : { reply: provider.refuse({ kind: 'conflict' }) };
}

function durationOf(world: World, provider: SimulatedProvider, job: Job, scenario: Scenario): number {
	if (asksFor(scenario, 'never')) return Infinity;
	if (asksFor(scenario, 'callback', 'early')) return 0;
	const real = numberOf(scenario, 'duration');
	if (real !== undefined) return real * 1000;
	const [low, high] = provider.duration(job);
	return (numberOf(scenario, 'slow') ?? world.random.between(low, high)) * 1000 * world.timeFactor;
}

function accept(world: World, provider: SimulatedProvider, account: Account, job: Job, scenario: Scenario, cost: number): Task {
	let id = provider.newId(world.random);
	while (world.tasks.has(id)) id = provider.newId(world.random);
	const createdAt = Date.now();
	const readyAt = createdAt + durationOf(world, provider, job, scenario);
	const task: Task = {
		id,
		provider,
		account,
		job,
		scenario,
		createdAt,
		readyAt,
		visibleAt: asksFor(scenario, 'callback', 'before-status') ? readyAt + 1000 : readyAt,
		estimatedSeconds: Math.max(1, Math.round(20 * world.timeFactor)),
		urls: [],
		charged: 0,
		callbackState: job.callbackUrl === undefined ? undefined : 'pending',
	};
	world.tasks.set(id, task);
	world.charge(task, cost);
	if (asksFor(scenario, 'check-references')) task.referenceCheck = checkReferences(world, task);
	if (readyAt <= createdAt) finish(world, task);
	else if (Number.isFinite(readyAt)) {
		world.later(readyAt - createdAt, () => {
			void (task.referenceCheck ?? Promise.resolve()).then(() => finish(world, task));
		});
	}
	announce.start(world, task);
	return task;
}

function finish(world: World, task: Task): void {
	const { provider, job, scenario } = task;
	const fail = world.strikes.take(`fail ${provider.id} ${job.prompt}`, directives(scenario, 'fail'), Infinity);
	if (fail !== undefined && task.failure === undefined) {
		const code = fail.value === '' ? 'GENERATION_FAILED' : fail.value;
		const silent = fail.value === '' && provider.failsSilently === true;
		task.failure = { code, message: silent ? 'success' : (failureTexts[code] ?? `The task failed: ${code}`) };
	}
	if (job.doomed !== undefined) task.failure ??= { code: 'InvalidParameter', message: job.doomed };
	task.completedAt = Date.now();
	if (task.failure === undefined) {
		task.urls = urlsOf(world, task);
		const images = new Set(task.urls.filter((url) => url !== '')).size;
		if (provider.chargesDelivered === true) world.charge(task, priceOf(provider, job) * images);
	} else if (provider.refundsFailures) world.charge(task, 0);
	announce.finish(world, task);
}

/** A submit reply without the task ID. */
function withoutId(value: JsonObject | string, id: string): JsonObject | string {
	if (typeof value === 'string') return value;
	return Object.fromEntries(
		Object.entries(value)
			.filter(([, inner]) => typeof inner !== 'string' || !inner.includes(id))
			.map(([key, inner]) => [key, isJsonObject(inner) ? withoutId(inner, id) : inner]),
	);
}
