import type { ProviderField } from '../../../nodes/core/provider/field';
import { isJsonObject, type JsonObject } from '../../../nodes/core/json';
import { apixoDefinition } from '../../../nodes/providers/apixo/definition';
import type { Reply } from '../../simulator/reply';
import { checkRequest, modelSizeFault, rulesOfFields, withRequired, type Fault, type Rules } from '../../simulator/requestCheck';
import { parseSize, presetSize } from '../../simulator/sizes';
import { faultText, jobOrFaults, listOf, textOf, type Problem, type SimulatedProvider, type TaskView } from '../../simulator/simulatedProvider';

const common: Rules = {
	request_type: { type: 'text', oneOf: ['async', 'callback'] },
	callback_url: { type: 'url' },
	'input.mode': { type: 'text', oneOf: ['text-to-image', 'image-to-image'], required: true },
	'input.prompt': { type: 'text', shortest: 1, longest: 5000, required: true },
	'input.image_urls': { type: 'urls', fewest: 1, most: 14 },
};

interface SimulatedModel {
	rules: Rules;
	largestPixels?: number;
}

/** By the name that the paths hold. */
const models: Readonly<Record<string, SimulatedModel>> = {
	'seedream-4-5': { rules: rulesFor(apixoDefinition.models[0].fields, /^(2K|4K|\d+[xX*]\d+)$/) },
	'seedream-5-0': {
		rules: rulesFor(apixoDefinition.models[1]?.fields ?? [], /^(2K|3K|\d+[xX*]\d+)$/),
		largestPixels: 10_404_496,
	},
};

function rulesFor(fields: readonly ProviderField[], size: RegExp): Rules {
	return { ...withRequired(rulesOfFields(fields), 'input.max_images'), ...common, 'input.size': { type: 'text', pattern: size } };
}

function faultsTogether(body: JsonObject, input: JsonObject, largestPixels: number | undefined): Fault[] {
	const faults: Fault[] = [];
	const references = listOf(input.image_urls).length;
	if (body.request_type === 'callback' && body.callback_url === undefined) {
		faults.push({ path: 'callback_url', message: 'is required' });
	}
	if (input.mode === 'image-to-image' && references === 0) faults.push({ path: 'input.image_urls', message: 'is required' });
	if (input.mode === 'text-to-image' && references > 0) {
		faults.push({ path: 'input.image_urls', message: 'is only for image-to-image' });
	}
	if (input.size !== undefined && (input.resolution !== undefined || input.aspect_ratio !== undefined)) {
		faults.push({ path: 'input.size', message: 'cannot be combined with resolution or aspect_ratio' });
	}
	const size = parseSize(textOf(input.size) ?? '');
	if (size !== undefined) faults.push(...modelSizeFault('input.size', size.width, size.height, largestPixels));
	if (input.sequential_image_generation === 'auto' && references + Number(input.max_images) > 15) {
		faults.push({ path: 'input.max_images', message: 'and the reference images may be at most 15 together' });
	}
	return faults;
}

function refuse(problem: Problem): Reply {
	const no = (status: number, message: string, data: JsonObject | null = null): Reply => ({
		status,
		body: { code: status, message, data },
	});
	switch (problem.kind) {
		case 'authentication':
			return no(401, 'Invalid API key');
		case 'insufficientCredits':
			return problem.older === true ? no(400, 'Insufficient credits') : no(402, 'Insufficient balance');
		case 'contentRejected':
			return no(403, 'Content violates policy');
		case 'invalid': {
			const [first] = problem.faults;
			const error = first?.message === 'is required' && problem.faults.length === 1 ? `Missing required field: ${first.path}` : faultText(problem.faults);
			return no(400, 'Bad request', { error });
		}
		case 'notFound':
			return no(404, 'Task not found');
		case 'conflict':
			return no(409, 'Conflict');
		case 'rateLimited':
			return no(429, 'Too many requests');
		case 'unavailable':
			return no(problem.status, 'Internal server error');
	}
}

function envelope({ id, state, word, urls, failure, createdAt, completedAt, resultForm }: TaskView): JsonObject {
	const data: JsonObject = { taskId: id, state: word };
	if (state !== 'pending') data.createTime = createdAt;
	if (state === 'succeeded') {
		const result = { resultUrls: [...urls] };
		const text = JSON.stringify(result);
		data.resultJson = resultForm === 'object' ? result : resultForm === 'broken-json' ? text.slice(0, -9) : text;
		data.completeTime = completedAt;
		data.costTime = completedAt - createdAt;
	}
	if (state === 'failed') {
		data.failCode = failure?.code ?? 'GENERATION_FAILED';
		data.failMsg = failure?.message ?? 'Generation failed';
		data.completeTime = completedAt;
	}
	return { code: 200, message: 'success', data };
}

export const simulated: SimulatedProvider = {
	id: 'apixo',
	displayName: 'APIXO',
	prefix: '/apixo/api/v1',
	demoKey: 'demo-apixo',
	authentication: { header: 'authorization', scheme: 'Bearer ' },
	pricePerImage: 0.035,
	startBalance: 1000,
	words: { pending: 'pending', processing: 'processing', succeeded: 'success', failed: 'failed' },
	chargesDelivered: true,
	refundsFailures: true,
	callbackTries: 4,
	callbackNeedsHttps: true,
	isDelivered: (status) => status === 200,
	refuse,
	route(method, path, query) {
		const [, action = '', model = ''] = /^\/(generateTask|statusTask)\/([^/]+)$/.exec(path) ?? [];
		const isKnown = models[model] !== undefined;
		if (isKnown && method === 'POST' && action === 'generateTask') return { kind: 'submit', model };
		if (isKnown && method === 'GET' && action === 'statusTask') return { kind: 'status', taskId: query.get('taskId') ?? undefined, model };
		if (method === 'GET' && path === '/apikeys/current-balance') return { kind: 'balance' };
		return undefined;
	},
	read(body, model = 'seedream-4-5') {
		const input = isJsonObject(body.input) ? body.input : {};
		const { rules = {}, largestPixels } = models[model] ?? {};
		const faults = checkRequest(body, rules);
		return jobOrFaults(faults.length > 0 ? faults : faultsTogether(body, input, largestPixels), () => ({
			model,
			// Seedream 4.5 is drawn as PNG here, as everywhere in the simulator.
			format: model === 'seedream-4-5' || input.output_format === 'png' ? 'png' : 'jpeg',
			prompt: textOf(input.prompt) ?? '',
			imagesRequested: Number(input.max_images),
			size: parseSize(textOf(input.size) ?? '') ?? presetSize(input.size ?? input.resolution, input.aspect_ratio),
			references: listOf(input.image_urls),
			callbackUrl: body.request_type === 'callback' ? textOf(body.callback_url) : undefined,
		}));
	},
	duration: (job) => (job.size.width * job.size.height > 9_000_000 ? [40, 55] : [25, 35]),
	newId: (random) => `task_${random.digits(8)}`,
	accepted: (task) => ({ status: 200, body: { code: 200, message: 'success', data: { taskId: task.id } } }),
	status: (task) => ({ status: 200, body: envelope(task) }),
	callback: envelope,
	balance: (account) => ({
		status: 200,
		body: { code: 200, message: 'success', data: Math.round(account.balance * 1000) / 1000 },
	}),
};
