import { isJsonObject, textAt } from '../../../nodes/core/json';
import { pixwithDefinition } from '../../../nodes/providers/pixwith/definition';
import type { Reply } from '../../simulator/reply';
import { checkRequest, rulesOfFields, withRequired, type Rules } from '../../simulator/requestCheck';
import { presetSize } from '../../simulator/sizes';
import { faultText, jobOrFaults, listOf, textOf, type Problem, type SimulatedProvider } from '../../simulator/simulatedProvider';
import { announceUpload, storePresigned } from './simulatedUpload';

const modelIds = ['0-32', '0-30'];
const [rules45, rules40] = pixwithDefinition.models.map(({ fields }): Rules => ({
	...withRequired(rulesOfFields(fields), 'options.prompt_optimization', 'options.resolution', 'options.aspect_ratio'),
	prompt: { type: 'text', shortest: 1, required: true },
	model_id: { type: 'text', oneOf: modelIds, required: true },
	image_urls: { type: 'urls', fewest: 1, most: 4 },
}));

function refuse(problem: Problem): Reply {
	const no = (message: string): Reply => ({ status: 200, body: { code: 0, message } });
	switch (problem.kind) {
		case 'authentication':
			return no('Invalid API KEY');
		case 'insufficientCredits':
			return no('Credits not enough');
		case 'contentRejected':
			return no('The prompt may contain sensitive content');
		case 'invalid':
			return no(problem.faults.every(({ path }) => path === 'image_urls') ? 'Invalid image url' : `Invalid parameter: ${faultText(problem.faults)}`);
		case 'notFound':
			return no('Task not found');
		case 'conflict':
			return no('Conflict');
		case 'rateLimited':
			return { status: 429, body: { code: 0, message: 'Too many requests' } };
		case 'unavailable':
			return { status: problem.status, body: { code: 0, message: 'Internal server error' } };
	}
}

const statusNumbers = { pending: 1, processing: 1, succeeded: 2, failed: 3 };

export const simulated: SimulatedProvider = {
	id: 'pixwith',
	displayName: 'PixWith',
	prefix: '/pixwith',
	demoKey: 'demo-pixwith',
	authentication: { header: 'api-key' },
	pricePerImage: 6,
	startBalance: 100_000,
	words: statusNumbers,
	refundsFailures: false,
	callbackTries: 0,
	failsSilently: true,
	upload: announceUpload,
	storage: storePresigned,
	isDelivered: () => true,
	refuse,
	route(method, path, _query, body) {
		if (method !== 'POST') return undefined;
		if (path === '/api/task/create') return { kind: 'submit' };
		if (path === '/api/task/get') return { kind: 'status', taskId: textAt(body, 'task_id') };
		if (path === '/api/task/get_credits') return { kind: 'balance' };
		if (path === '/api/task/pre_url') return { kind: 'upload' };
		return undefined;
	},
	read(body) {
		return jobOrFaults(checkRequest(body, (body.model_id === '0-30' ? rules40 : rules45) ?? {}), () => {
			const options = isJsonObject(body.options) ? body.options : {};
			return {
				prompt: textOf(body.prompt) ?? '',
				imagesRequested: Number(options.num_outputs ?? 1),
				size: presetSize(options.resolution, options.aspect_ratio),
				references: listOf(body.image_urls),
				model: textOf(body.model_id),
			};
		});
	},
	duration: (job) => (job.size.width * job.size.height > 9_000_000 ? [15, 25] : [8, 20]),
	newId: (random) => random.uuid(),
	accepted: (task) => ({
		status: 200,
		body: { code: 1, message: 'success', data: { task_id: task.id, estimated_time: task.estimatedSeconds } },
	}),
	status({ id, word, state, urls, failure, resultForm }) {
		const data = { task_id: id, status: word };
		// A failure has no field for its reason: at best the message says it.
		if (state === 'failed') return { status: 200, body: { code: 1, message: failure?.message ?? 'success', data } };
		if (state !== 'succeeded') return { status: 200, body: { code: 1, message: 'success', data } };
		const result = resultForm === 'broken-json' ? '["http' : resultForm === 'object' ? { urls: [...urls] } : [...urls];
		return { status: 200, body: { code: 1, message: 'success', data: { ...data, result_urls: result } } };
	},
	balance: (account) => ({ status: 200, body: { code: 1, data: { credits: account.balance } } }),
};
