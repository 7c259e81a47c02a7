import { differenceFrom, isObject, oneOf, ratios, textOf, urls, whole } from '../../support/bodyRules';
import type { ProviderContract } from '../../support/providerContract';
import { always, beside, list, number, object, oneOfWords, text } from '../../support/replyContract';

const envelope = { code: oneOfWords(1), message: text, data: always(object) };
const options = { prompt_optimization: true, num_outputs: 1, resolution: '2K', aspect_ratio: '1:1' };

export const contract: ProviderContract = {
	source:
		'https://pixwith.ai/api/docs and its published client, read 2026-11-20. Fixtures: submitted from its Seedream 4.5 page; processing, completed, failed from Get Task Status & Results; noCredits, wrongKey from its published agent skill; wrongKeyOfOtherClient from its MCP contract.',
	parameters: [
		['resolution', '2K'],
		['aspectRatio', '1:1'],
		['imageCount', 1],
		['promptOptimization', true],
	],
	otherModels: {
		'seedream-4.0': {
			source: 'https://pixwith.ai/api/docs/image-models/seedream-v4, read 2026-11-27',
			parameters: [
				['resolution', '2K'],
				['aspectRatio', '1:1'],
				['imageCount', 1],
				['promptOptimization', true],
			],
			hidden: 'imageCount',
			request: {
				path: '/api/task/create',
				text: { prompt: 'a fox', model_id: '0-30', options: { resolution: '2K', aspect_ratio: '1:1', prompt_optimization: true } },
				image: (references) => ({ image_urls: references }),
				chosen: [[{ resolution: '1K', promptOptimization: false }, { options: { resolution: '1K', prompt_optimization: false } }]],
			},
			mostReferences: 4,
			leftOver: [[{ imageCount: 3 }, 'Image Count must be 1 (PixWith makes one image per item with Seedream 4.0']],
			differs: { showsNoPixels: true },
			size: [{ resolution: '1K' }, { width: 1024, height: 1024 }],
		},
	},
	defaultSize: { width: 2048, height: 2048 },
	limits: { prompt: { advised: 5000 }, references: 4, images: 4 },
	price: { amount: 6, unit: 'credits' },
	// No page says that a failed task is free.
	failedTaskIsFree: false,
	pace: {
		first: [
			[20, 15],
			[undefined, 10],
		],
		interval: [[undefined, 5]],
	},
	request: {
		path: '/api/task/create',
		text: { model_id: '0-32', prompt: 'a fox', options },
		image: (references) => ({ image_urls: references }),
		minimal: (prompt) => ({ prompt, model_id: '0-32', options: { ...options, num_outputs: 2 } }),
		firstBroken: ({ body, withImages }) =>
			differenceFrom(
				{ required: { prompt: textOf(1, Infinity), model_id: oneOf('0-32'), options: isObject, ...(withImages ? { image_urls: urls(4) } : {}) } },
				body,
			) ??
			differenceFrom(
				{
					required: { prompt_optimization: oneOf(true, false), resolution: oneOf('2K', '4K'), aspect_ratio: oneOf(...ratios) },
					optional: { num_outputs: whole(1, 4) },
				},
				body.options,
			),
		places: {
			resolution: ['options.resolution'],
			aspectRatio: ['options.aspect_ratio'],
			imageCount: ['options.num_outputs'],
			promptOptimization: ['options.prompt_optimization'],
		},
		refused: [
			['num_outputs', { options: { ...options, num_outputs: 5 } }],
			['prompt_optimization', { options: { prompt_optimization: 'yes', resolution: '2K', aspect_ratio: '1:1' } }],
		],
	},
	statusRequest: (taskId) => ({ method: 'POST', path: '/api/task/get', body: { task_id: taskId } }),
	replies: {
		proves: 'PixWith told the credits of the key: the key is valid.',
		account: { fields: { ...envelope, 'data.credits': always(number) } },
		submit: { fields: { ...envelope, 'data.task_id': always(text), 'data.estimated_time': always(number) } },
		status: {
			fields: {
				...envelope,
				'data.task_id': always(text),
				'data.status': oneOfWords(1, 2, 3),
				'data.result_urls': beside(list, 2),
				'data.result_urls[]': text,
			},
			wordPath: 'data.status',
			// No field for the reason of a failure is documented.
			undescribed: [3],
		},
		oddFixtures: ['noCredits', 'wrongKey', 'wrongKeyOfOtherClient'],
		spareField: 'data.task_id',
		taskPath: 'data.task_id',
	},
	walkthrough: {
		accepted: (taskId) => [200, { code: 1, message: 'success', data: { task_id: taskId, estimated_time: 1 } }],
		finished: (taskId, urls) => ({ code: 1, message: 'success', data: { task_id: taskId, status: 2, result_urls: urls } }),
		balance: { method: 'POST', path: '/api/task/get_credits', reply: { code: 1, data: { credits: 99_988 } } },
		told: () => ({ estimatedSeconds: 1 }),
	},
	// All refusals have HTTP 200.
	refusals: {
		key: [200, { code: 0, message: 'Invalid API KEY' }],
		credits: { code: 0, message: 'Credits not enough' },
		unknownField: [200, { code: 0, message: 'Invalid parameter: colour is not a known field' }],
	},
	credential: {
		name: 'pixwithApi',
		baseUrl: 'https://api.pixwith.ai',
		method: 'POST',
		path: '/api/task/get_credits',
		header: ['api-key', 'the-key'],
		accepted: [
			[200, { code: 1, message: 'success', data: { credits: 500 } }],
			[200, { code: '1', data: { credits: 0 } }],
		],
		refused: [
			[200, { code: 0, message: 'Invalid API KEY' }],
			[200, { code: 0, message: 'Invalid API KEY', data: { credits: 0 } }],
			[200, { code: '0', data: { credits: 0 } }],
			[200, { code: 2, msg: 'Invalid API key. Get a valid API key at https://pixwith.ai/api' }],
			[200, { code: 0, data: null }],
			[200, '<html>Welcome</html>'],
			[404, { error: 'Not found' }],
		],
	},
	// PixWith refuses in the body, which is definite.
	differs: { faults: { 'conflict (409)': { kind: 'invalidInput' } } },
};
