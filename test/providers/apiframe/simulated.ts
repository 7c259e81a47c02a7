import { createHash, createHmac } from 'node:crypto';

import { isJsonObject, type JsonObject } from '../../../nodes/core/json';
import { apiframeDefinition } from '../../../nodes/providers/apiframe/definition';
import type { Reply } from '../../simulator/reply';
import { checkRequest, modelSizeFault, rulesOfFields, type Fault, type Rules } from '../../simulator/requestCheck';
import { presetSize } from '../../simulator/sizes';
import { isoTime, jobOrFaults, listOf, textOf, type Problem, type Signing, type SimulatedProvider, type TaskView } from '../../simulator/simulatedProvider';
import { storeUpload } from './simulatedUpload';

/** What every model has. */
const common: Rules = {
	model: { type: 'text', oneOf: ['seedream-4', 'seedream-4.5', 'seedream-5-lite'], required: true },
	prompt: { type: 'text', shortest: 1, longest: 2000, required: true },
	// Any W:H, which is more than our own field offers.
	'seedreamParams.aspect_ratio': { type: 'text', pattern: /^(match_input_image|[1-9]\d?:[1-9]\d?)$/ },
	'seedreamParams.image_input': { type: 'urls', fewest: 0, most: 14 },
	webhookUrl: { type: 'url' },
	webhookEvents: { type: 'texts', oneOf: ['progress', 'completed', 'failed'], fewest: 1 },
};

const [rules45, rules40, rules50Lite] = apiframeDefinition.models.map(({ fields }): Rules => ({ ...rulesOfFields(fields), ...common }));

/** By the name in the request. The other pages list all that their models take. */
const rulesOf: Readonly<Record<string, Rules | undefined>> = {
	'seedream-4': { ...rules40, 'seedreamParams.image_input': { type: 'urls', fewest: 0, most: 10 } },
	'seedream-5-lite': { ...rules50Lite, 'seedreamParams.output_format': { type: 'text', oneOf: ['jpg', 'png'] } },
};

/** Of Seedream 4.5. */
const rules: Rules = {
	...rules45,
	// In the API description, for other versions of the model.
	'seedreamParams.enhance_prompt': { type: 'boolean' },
	'seedreamParams.guidance_scale': { type: 'number' },
	'seedreamParams.output_format': { type: 'text', oneOf: ['jpg', 'png'] },
	'seedreamParams.resolution': { type: 'text' },
	'seedreamParams.seed': { type: 'integer' },
	'seedreamParams.use_pre_llm': { type: 'boolean' },
};

function faultsTogether(parameters: JsonObject): Fault[] {
	const faults: Fault[] = [];
	const custom = parameters.size === 'custom';
	for (const side of ['width', 'height']) {
		const path = `seedreamParams.${side}`;
		if (custom && parameters[side] === undefined) faults.push({ path, message: 'is required with size custom' });
		if (!custom && parameters[side] !== undefined) faults.push({ path, message: 'is only for size custom' });
	}
	if (parameters.aspect_ratio === 'match_input_image' && listOf(parameters.image_input).length === 0) {
		faults.push({ path: 'seedreamParams.aspect_ratio', message: 'match_input_image needs image_input' });
	}
	return faults;
}

function refuse(problem: Problem): Reply {
	const no = (status: number, error: string, more: JsonObject = {}): Reply => ({ status, body: { error, ...more } });
	switch (problem.kind) {
		case 'authentication':
			return no(401, 'Invalid API key');
		case 'insufficientCredits':
			return no(402, 'Insufficient credits', {
				creditsRequired: problem.needed,
				creditsAvailable: problem.available,
			});
		case 'contentRejected':
			return no(400, 'Prompt rejected by content moderation', { details: { prompt: ['contains sensitive content'] } });
		case 'invalid': {
			const details: Record<string, string[]> = {};
			for (const { path, message } of problem.faults) details[path] = [...(details[path] ?? []), message];
			return no(400, 'Validation failed', { details });
		}
		case 'notFound':
			return no(404, 'Job not found');
		case 'conflict':
			return no(409, 'Idempotency-Key was already used with a different request body');
		case 'rateLimited':
			return no(429, 'Too many requests');
		case 'unavailable':
			return no(problem.status, problem.status === 503 ? 'Service unavailable' : 'Internal server error');
	}
}

function resultOf(urls: readonly string[], form: string | undefined): JsonObject | string {
	if (form === 'object') return urls[0] ?? '';
	return form === 'broken-json' ? '{"images":["http' : { images: [...urls] };
}

function jobObject(task: TaskView): JsonObject {
	const { id, state, word, urls, failure, charged, createdAt, completedAt, progress, job, resultForm } = task;
	const final = state === 'succeeded' || state === 'failed';
	return {
		id,
		status: word,
		model: job.model ?? 'seedream-4.5',
		progress: state === 'succeeded' ? 100 : state === 'processing' ? Math.round(progress * 100) : null,
		result: state === 'succeeded' ? resultOf(urls, resultForm) : null,
		error: state === 'failed' ? (failure === undefined ? 'Generation failed' : `${failure.code}: ${failure.message}`) : null,
		creditCost: charged,
		webhookStatus: task.callbackState ?? null,
		createdAt: isoTime(createdAt),
		completedAt: final ? isoTime(completedAt) : null,
		input: { prompt: job.prompt, image_input: [...job.references] },
	};
}

function event(task: TaskView, name: string): JsonObject {
	const base = { event: name, jobId: task.id, status: task.word, model: task.job.model ?? 'seedream-4.5' };
	if (name === 'progress') return { ...base, progress: Math.round(task.progress * 100) };
	if (name === 'failed') {
		const { failure } = task;
		return { ...base, error: failure === undefined ? 'Generation failed' : `${failure.code}: ${failure.message}` };
	}
	return {
		...base,
		progress: 100,
		result: resultOf(task.urls, task.resultForm),
		creditCost: task.charged,
		completedAt: isoTime(task.completedAt),
	};
}

/** Signs the raw body with SHA-256 of the key: its digest bytes, or, for other readings of the pages (`[[callback=signed-hex]]`), their hex text. */
function sign(text: string, { event, key, wishes }: Signing): Record<string, string> {
	const hash = createHash('sha256').update(key);
	const hmac = createHmac('sha256', wishes.includes('signed-hex') ? hash.digest('hex') : hash.digest());
	return { 'X-Webhook-Event': event, 'X-Webhook-Signature': `sha256=${hmac.update(text).digest('hex')}` };
}

export const simulated: SimulatedProvider = {
	id: 'apiframe',
	displayName: 'Apiframe',
	prefix: '/apiframe',
	demoKey: 'afk_demo',
	authentication: { header: 'x-api-key' },
	pricePerImage: 4,
	startBalance: 100_000,
	words: { pending: 'QUEUED', processing: 'PROCESSING', succeeded: 'COMPLETED', failed: 'FAILED' },
	refundsFailures: true,
	idempotencyHeader: 'idempotency-key',
	callbackTries: 1,
	upload: (world, exchange) => storeUpload(world, exchange, refuse),
	sign,
	isDelivered: (status) => status >= 200 && status < 300,
	refuse,
	route(method, path) {
		if (method === 'POST' && path === '/v2/images/generate') return { kind: 'submit' };
		if (method === 'POST' && path === '/v2/uploads') return { kind: 'upload' };
		if (method === 'GET' && path === '/v2/me') return { kind: 'balance' };
		const job = /^\/v2\/jobs\/([^/]+)$/.exec(path);
		if (method === 'GET' && job !== null) return { kind: 'status', taskId: decodeURIComponent(job[1] ?? '') };
		return undefined;
	},
	read(body) {
		const parameters = isJsonObject(body.seedreamParams) ? body.seedreamParams : {};
		const model = textOf(body.model);
		const faults = checkRequest(body, rulesOf[model ?? ''] ?? rules);
		return jobOrFaults(faults.length > 0 ? faults : faultsTogether(parameters), () => {
			const custom = parameters.size === 'custom';
			const size = custom
				? { width: Number(parameters.width), height: Number(parameters.height) }
				: presetSize(parameters.size, parameters.aspect_ratio ?? '1:1');
			// 1024 × 1024 is valid here and fails at the model behind it
			const [upstream] = custom && model === 'seedream-4.5' ? modelSizeFault('size', size.width, size.height) : [];
			return {
				prompt: textOf(body.prompt) ?? '',
				imagesRequested: 1,
				size,
				references: listOf(parameters.image_input),
				callbackUrl: textOf(body.webhookUrl),
				callbackEvents: body.webhookEvents === undefined ? undefined : listOf(body.webhookEvents),
				format: parameters.output_format === 'jpg' ? 'jpeg' : undefined,
				doomed: upstream?.message,
				model,
				...(model === 'seedream-4' ? { pricePerImage: 3 } : {}),
			};
		});
	},
	duration: (job) => (job.size.width * job.size.height > 9_000_000 ? [15, 25] : [10, 18]),
	newId: (random) => random.uuid(),
	accepted: ({ id, word }) => ({ status: 202, body: { jobId: id, status: word } }),
	status: (task) => ({ status: 200, body: jobObject(task) }),
	callback: event,
	balance: (account) => ({
		status: 200,
		body: {
			user: { id: 'user_demo', email: 'demo@example.com', role: 'owner' },
			team: { id: 'team_demo', name: 'Demo', credits: account.balance, plan: 'free', customerId: null },
			apiKey: { id: 'key_demo', name: 'demo', prefix: account.key.slice(0, 4) },
		},
	}),
};
