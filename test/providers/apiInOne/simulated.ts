import type { JsonObject } from '../../../nodes/core/json';
import { apiInOneDefinition } from '../../../nodes/providers/apiInOne/definition';
import type { Reply } from '../../simulator/reply';
import { checkRequest, rulesOfFields, type Fault, type Rules } from '../../simulator/requestCheck';
import { presetSize } from '../../simulator/sizes';
import { faultText, jobOrFaults, listOf, textOf, type Problem, type SimulatedProvider, type TaskView } from '../../simulator/simulatedProvider';

const edit = 'seedream/4.5-edit';
const textToImage = 'seedream/4.5-text-to-image';

const rules: Rules = {
	...rulesOfFields(apiInOneDefinition.models[0].fields),
	// The page lists `model` twice: both its words are valid.
	model: { type: 'text', oneOf: ['seedream-4-5', textToImage, edit], required: true },
	prompt: { type: 'text', shortest: 3, longest: 5000, required: true },
	image_urls: { type: 'urls', fewest: 1, most: 14 },
	callback_url: { type: 'url' },
};

function faultsTogether(body: JsonObject): Fault[] {
	if (body.model === edit && body.image_urls === undefined) return [{ path: 'image_urls', message: 'is required' }];
	if (body.model === textToImage && body.image_urls !== undefined) {
		return [{ path: 'image_urls', message: `is only for ${edit}` }];
	}
	return [];
}

function refuse(problem: Problem): Reply {
	const no = (code: number, message: string, type: string): Reply => ({
		status: code,
		body: { error: { code, message, type } },
	});
	switch (problem.kind) {
		case 'authentication':
			return no(401, 'Invalid API key', 'authentication_error');
		case 'insufficientCredits':
			return no(402, 'Insufficient credits', 'insufficient_credits');
		case 'contentRejected':
			return no(400, 'Your prompt was flagged by the content policy', 'invalid_request');
		case 'invalid':
			return no(400, faultText(problem.faults), 'invalid_request');
		case 'notFound':
			return no(404, 'Task not found', 'not_found');
		case 'conflict':
			return no(409, 'Conflict', 'conflict');
		case 'rateLimited':
			return no(429, 'Rate limit exceeded', 'rate_limit');
		case 'unavailable':
			return no(problem.status, 'Internal server error', 'server_error');
	}
}

/** No finished reply is documented: by default what fits its only public client, else what its upstream would leak. */
function result(urls: readonly string[], form: string | undefined): JsonObject {
	const list = [...urls];
	switch (form) {
		case 'object':
			return { result: { images: list.map((url) => ({ url })) } };
		case 'flat':
			return { image_urls: list };
		case 'kie':
			return { resultJson: JSON.stringify({ resultUrls: list }) };
		case 'broken-json':
			return { resultJson: '{"resultUrls":["http' };
		case undefined:
		default:
			return { output: { image_urls: list } };
	}
}

function envelope({ id, state, word, urls, failure, job, resultForm }: TaskView): JsonObject {
	const data: JsonObject = { task_id: id, [resultForm === 'kie' ? 'state' : 'status']: word };
	// Reference images are echoed: a client must not take them for results.
	if (job.references.length > 0) data.input = { image_urls: [...job.references] };
	if (state === 'succeeded') Object.assign(data, result(urls, resultForm));
	if (state === 'failed') data.error = failure === undefined ? 'Generation failed' : `${failure.code}: ${failure.message}`;
	return { code: 200, message: 'success', data };
}

export const simulated: SimulatedProvider = {
	id: 'apiInOne',
	displayName: 'API in One',
	prefix: '/apiinone/api/v1',
	demoKey: 'demo-apiinone',
	authentication: { header: 'authorization', scheme: 'Bearer ' },
	pricePerImage: 12,
	startBalance: 100_000,
	words: { pending: 'IN_PROGRESS', processing: 'IN_PROGRESS', succeeded: 'completed', failed: 'failed' },
	refundsFailures: false,
	callbackTries: 1,
	isDelivered: (status) => status >= 200 && status < 300,
	refuse,
	route(method, path) {
		if (method === 'POST' && path === '/images/generations') return { kind: 'submit' };
		const task = /^\/tasks\/([^/]+)$/.exec(path);
		if (method === 'GET' && task !== null) return { kind: 'status', taskId: decodeURIComponent(task[1] ?? '') };
		return undefined;
	},
	read(body) {
		const faults = checkRequest(body, rules);
		return jobOrFaults(faults.length > 0 ? faults : faultsTogether(body), () => ({
			prompt: textOf(body.prompt) ?? '',
			imagesRequested: 1,
			size: presetSize(body.quality === 'high' ? '4K' : '2K', body.aspect_ratio),
			references: listOf(body.image_urls),
			callbackUrl: textOf(body.callback_url),
		}));
	},
	duration: () => [3, 10],
	newId: (random) => `n30${random.hex(8)}_seed`,
	accepted: (task) => ({
		status: 200,
		body: { code: 200, message: 'success', data: { task_id: task.id, status: 'IN_PROGRESS' } },
	}),
	status: (task) => ({ status: 200, body: envelope(task) }),
	callback: envelope,
};
