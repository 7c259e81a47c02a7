import type { JsonObject } from '../../../nodes/core/json';
import type { Size } from '../../../nodes/core/image/imageSize';
import { pixelDojoDefinition } from '../../../nodes/providers/pixelDojo/definition';
import type { Reply } from '../../simulator/reply';
import { checkRequest, modelSizeFault, rulesOfFields, type Fault, type Rules } from '../../simulator/requestCheck';
import { presetSize } from '../../simulator/sizes';
import { faultText, isoTime, jobOrFaults, listOf, textOf, type Problem, type SimulatedProvider, type TaskView } from '../../simulator/simulatedProvider';

const namedSizes: Readonly<Record<string, Size>> = {
	square: { width: 1920, height: 1920 },
	square_hd: presetSize('2K', '1:1'),
	portrait_4_3: presetSize('2K', '3:4'),
	portrait_16_9: presetSize('2K', '9:16'),
	landscape_4_3: presetSize('2K', '4:3'),
	landscape_16_9: presetSize('2K', '16:9'),
};

/** The field for reference images is not documented: one of the candidates, as a list or as a single URL. */
const imageFields = ['images', 'image_urls', 'image_input', 'reference_images', 'input_images'];
const singleImageFields = ['image_url', 'image'];

const rules: Rules = {
	...rulesOfFields(pixelDojoDefinition.models[0].fields),
	prompt: { type: 'text', shortest: 1, required: true },
	// Also the default, which our own field leaves out.
	image_size: { type: 'text', oneOf: ['auto_2K', 'auto_4K', 'custom', ...Object.keys(namedSizes)] },
	webhook_url: { type: 'url' },
	...Object.fromEntries(imageFields.map((name) => [name, { type: 'urls' as const, fewest: 1, most: 14 }])),
	...Object.fromEntries(singleImageFields.map((name) => [name, { type: 'url' as const }])),
};

function faultsTogether(body: JsonObject): Fault[] {
	const faults: Fault[] = [];
	const { customWidth: width, customHeight: height } = body;
	const custom = body.image_size === 'custom';
	if ((width === undefined) !== (height === undefined)) {
		faults.push({ path: 'customWidth', message: 'and customHeight belong together' });
	} else if (custom && width === undefined) faults.push({ path: 'customWidth', message: 'is required' });
	else if (!custom && width !== undefined) {
		faults.push({ path: 'customWidth', message: 'needs image_size "custom"' });
	} else if (custom) faults.push(...modelSizeFault('customWidth', Number(width), Number(height)));
	if (custom && body.aspect_ratio !== undefined) {
		faults.push({ path: 'aspect_ratio', message: 'cannot be combined with a custom size' });
	}
	if ([...imageFields, ...singleImageFields].filter((name) => body[name] !== undefined).length > 1) {
		faults.push({ path: 'images', message: 'must be given in one field only' });
	}
	return faults;
}

function sizeOf(body: JsonObject): Size {
	if (body.image_size === 'custom') return { width: Number(body.customWidth), height: Number(body.customHeight) };
	return namedSizes[textOf(body.image_size) ?? ''] ?? presetSize(body.image_size === 'auto_4K' ? '4K' : '2K', body.aspect_ratio);
}

function refuse(problem: Problem): Reply {
	const no = (status: number, code: string, message: string): Reply => ({ status, body: { error: { code, message } } });
	switch (problem.kind) {
		case 'authentication':
			return no(401, 'unauthorized', 'Invalid API key');
		case 'insufficientCredits':
			return no(402, 'insufficient_credits', 'Insufficient credits');
		case 'contentRejected':
			return no(400, 'content_policy_violation', 'The prompt was rejected by the content policy');
		case 'invalid':
			return no(400, 'validation_error', faultText(problem.faults));
		case 'notFound':
			return no(404, 'not_found', 'Job not found');
		case 'conflict':
			return no(409, 'conflict', 'Conflict');
		case 'rateLimited':
			return no(429, 'rate_limit_exceeded', 'Too many requests');
		case 'unavailable':
			return no(problem.status, 'internal_error', 'Internal server error');
	}
}

function jobObject({ id, state, word, urls, failure, charged, createdAt, resultForm }: TaskView): JsonObject {
	const body: JsonObject = { jobId: id, status: word };
	if (state === 'succeeded') {
		body.output = {
			images: resultForm === 'broken-json' ? '["http' : resultForm === 'object' ? urls.map((url) => ({ url })) : [...urls],
		};
		body.creditCost = charged;
		body.expiresAt = isoTime(createdAt + 3_600_000);
	}
	if (state === 'failed') {
		body.error = { code: failure?.code ?? 'generation_failed', message: failure?.message ?? 'Generation failed' };
	}
	return body;
}

/** JSON Schema words for our rules, as the provider publishes them. */
function schema(): JsonObject {
	const properties: JsonObject = {};
	for (const [name, rule] of Object.entries(rules)) {
		if (name !== 'image_urls' && [...imageFields, ...singleImageFields].includes(name)) continue;
		if (rule.type === 'urls') properties[name] = { type: 'array', items: { type: 'string', format: 'uri' }, maxItems: rule.most };
		else if (rule.type === 'integer') properties[name] = { type: 'integer' };
		else if (rule.type === 'text' && rule.oneOf !== undefined) properties[name] = { type: 'string', enum: [...rule.oneOf] };
		else properties[name] = { type: 'string' };
	}
	return { type: 'object', properties, required: ['prompt'], additionalProperties: false };
}

export const simulated: SimulatedProvider = {
	id: 'pixelDojo',
	displayName: 'PixelDojo',
	prefix: '/pixeldojo/api/v1',
	demoKey: 'pd_demo',
	authentication: { header: 'authorization', scheme: 'Bearer ' },
	pricePerImage: 1,
	startBalance: 10_000,
	words: { pending: 'pending', processing: 'processing', succeeded: 'completed', failed: 'failed' },
	refundsFailures: true,
	callbackTries: 1,
	isDelivered: (status) => status >= 200 && status < 300,
	refuse,
	route(method, path) {
		if (method === 'POST' && path === '/models/seedream-4/run') return { kind: 'submit' };
		const job = /^\/jobs\/([^/]+)$/.exec(path);
		if (method === 'GET' && job !== null) return { kind: 'status', taskId: decodeURIComponent(job[1] ?? '') };
		if (method === 'GET' && /^\/models(\/seedream-4(\/schema)?)?$/.test(path)) return { kind: 'other' };
		return undefined;
	},
	read(body) {
		const faults = checkRequest(body, rules);
		return jobOrFaults(faults.length > 0 ? faults : faultsTogether(body), () => ({
			prompt: textOf(body.prompt) ?? '',
			imagesRequested: Number(body.num_images ?? 1),
			size: sizeOf(body),
			references: [...imageFields.flatMap((name) => listOf(body[name])), ...singleImageFields.flatMap((name) => textOf(body[name]) ?? [])],
			callbackUrl: textOf(body.webhook_url),
		}));
	},
	duration: (job) => (job.size.width * job.size.height > 9_000_000 ? [14, 25] : [8, 18]),
	newId: (random) => `job_${random.hex(20)}`,
	accepted: ({ id, origin, charged, balance, createdAt }) => ({
		status: 202,
		body: {
			jobId: id,
			status: 'pending',
			statusUrl: `${origin}/pixeldojo/api/v1/jobs/${id}`,
			creditCost: charged,
			creditsRemaining: balance,
			expiresAt: isoTime(createdAt + 3_600_000),
		},
	}),
	status: (task) => ({ status: 200, body: jobObject(task) }),
	callback: jobObject,
	other(path) {
		if (path === '/models') return { status: 200, body: { models: [{ apiId: 'seedream-4', name: 'Seedream 4.5' }] } };
		return { status: 200, body: path.endsWith('/schema') ? schema() : { apiId: 'seedream-4', requestSchema: schema() } };
	},
};
