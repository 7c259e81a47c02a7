import { differenceFrom, firstBroken, isModelSize, isObject, oneOf, ratios, textOf, urls, whole } from '../../support/bodyRules';
import type { ProviderContract } from '../../support/providerContract';
import { always, beside, list, number, object, oneOfWords, text } from '../../support/replyContract';

const envelope = { code: oneOfWords(200), message: always(text) };

export const contract: ProviderContract = {
	source:
		'https://apixo.ai/docs/models/image/seedream-4-5, read 2026-11-20. Fixtures: submitted, processing, success, failed from there; pending from its status task page; noCredits, missingField from its generate task page.',
	parameters: [
		['sizing', 'preset'],
		['resolution', '2K'],
		['aspectRatio', '1:1'],
		['width', 2048],
		['height', 2048],
		['imageCount', 1],
		['sequentialImages', false],
		['promptOptimization', true],
	],
	otherModels: {
		'seedream-5.0': {
			source: 'https://apixo.ai/docs/models/image/seedream-5-0, read 2026-11-27',
			parameters: [
				['sizing', 'preset'],
				['resolution', '2K'],
				['aspectRatio', '1:1'],
				['width', 2048],
				['height', 2048],
				['imageCount', 1],
				['outputFormat', 'jpeg'],
				['sequentialImages', false],
				['promptOptimization', true],
				['webSearch', false],
			],
			request: {
				path: '/generateTask/seedream-5-0',
				text: {
					request_type: 'async',
					input: {
						mode: 'text-to-image',
						prompt: 'a fox',
						max_images: 1,
						resolution: '2K',
						aspect_ratio: '1:1',
						output_format: 'jpeg',
						prompt_optimize_mode: 'standard',
						web_search: false,
					},
				},
				image: (references) => ({ input: { mode: 'image-to-image', image_urls: references } }),
				chosen: [
					[{ resolution: '3K', outputFormat: 'png', webSearch: true }, { input: { resolution: '3K', output_format: 'png', web_search: true } }],
					[{ sequentialImages: true, imageCount: 4 }, { input: { sequential_image_generation: 'auto', max_images: 4 } }],
				],
			},
			mostReferences: 14,
			leftOver: [
				[{ resolution: '4K' }, 'Resolution must be one of 2K, 3K, but is "4K"'],
				[{ sizing: 'custom', width: 4096, height: 4096 }, 'Seedream 5.0 allows at most 10,404,496'],
			],
			size: [
				{ resolution: '3K', aspectRatio: '21:9' },
				{ width: 4704, height: 2016 },
			],
		},
	},
	defaultSize: { width: 2048, height: 2048 },
	limits: { prompt: { most: 5000 }, references: 14, images: 10 },
	publishesPixels: true,
	price: { amount: 0.035, unit: 'USD' },
	failedTaskIsFree: true,
	pace: {
		first: [
			[20, 20],
			[30, 30],
			[undefined, 20],
		],
		interval: [
			[20, 3],
			[30, 5],
			[undefined, 5],
		],
	},
	request: {
		path: '/generateTask/seedream-4-5',
		text: {
			request_type: 'async',
			input: {
				mode: 'text-to-image',
				prompt: 'a fox',
				max_images: 1,
				resolution: '2K',
				aspect_ratio: '1:1',
				sequential_image_generation: 'disabled',
				prompt_optimize_mode: 'standard',
			},
		},
		image: (references) => ({ input: { mode: 'image-to-image', image_urls: references } }),
		minimal: (prompt) => ({ request_type: 'async', input: { mode: 'text-to-image', prompt, max_images: 2, resolution: '2K' } }),
		firstBroken({ body, withImages }) {
			const input = isObject(body.input) ? body.input : {};
			const references = Array.isArray(input.image_urls) ? input.image_urls.length : 0;
			const isSize = (value: unknown): boolean =>
				typeof value === 'string' && /^[1-9]\d*x[1-9]\d*$/.test(value) && isModelSize(...(value.split('x').map(Number) as [number, number]));
			return (
				differenceFrom({ required: { request_type: oneOf('async'), input: isObject } }, body) ??
				differenceFrom(
					{
						required: {
							mode: oneOf(withImages ? 'image-to-image' : 'text-to-image'),
							prompt: textOf(1, 5000),
							max_images: whole(1, 10),
							...(withImages ? { image_urls: urls(14) } : {}),
						},
						optional: {
							resolution: oneOf('2K', '4K'),
							aspect_ratio: oneOf(...ratios),
							size: isSize,
							sequential_image_generation: oneOf('disabled', 'auto'),
							prompt_optimize_mode: oneOf('standard'),
						},
					},
					input,
				) ??
				firstBroken({
					'a size goes alone, resolution and ratio together':
						'size' in input ? !('resolution' in input || 'aspect_ratio' in input) : 'resolution' in input && 'aspect_ratio' in input,
					'a story has at most 15 images with its references': input.sequential_image_generation !== 'auto' || references + (input.max_images as number) <= 15,
				})
			);
		},
		places: {
			resolution: ['input.resolution'],
			aspectRatio: ['input.aspect_ratio'],
			imageCount: ['input.max_images'],
			sequentialImages: ['input.sequential_image_generation', [true, 'auto'], [false, 'disabled']],
			promptOptimization: ['input.prompt_optimize_mode', [true, 'standard'], [false, undefined]],
		},
		refused: [
			['max_images', { input: { mode: 'text-to-image', prompt: 'a', max_images: '1' } }],
			['input.size', { input: { mode: 'text-to-image', prompt: 'a', max_images: 1, size: '1024x1024' } }],
			['input.size', { input: { mode: 'text-to-image', prompt: 'a', max_images: 1, size: '2K', resolution: '2K' } }],
			['callback_url', { request_type: 'callback' }],
			['input.image_urls', { input: { mode: 'image-to-image', prompt: 'a', max_images: 1 } }],
		],
	},
	statusRequest: (taskId) => ({ method: 'GET', path: `/statusTask/seedream-4-5?taskId=${taskId}` }),
	replies: {
		proves: 'APIXO told the balance of the key: the key is valid.',
		account: { fields: { ...envelope, data: always(number) } },
		submit: { fields: { ...envelope, data: always(object), 'data.taskId': always(text) } },
		status: {
			fields: {
				...envelope,
				data: always(object),
				// Described with the callback, which has the envelope of a status reply.
				'data.taskId': text,
				'data.state': oneOfWords('pending', 'processing', 'success', 'failed'),
				'data.createTime': beside(number, 'processing', 'success'),
				'data.completeTime': beside(number, 'success'),
				'data.costTime': beside(number, 'success'),
				'data.resultJson': beside({ ...text, json: true }, 'success'),
				'data.resultJson(json).resultUrls': beside(list, 'success'),
				'data.resultJson(json).resultUrls[]': text,
				'data.failCode': beside(text, 'failed'),
				'data.failMsg': beside(text, 'failed'),
			},
			wordPath: 'data.state',
		},
		oddFixtures: ['missingField', 'noCredits'],
		spareField: 'message',
		taskPath: 'data.taskId',
	},
	walkthrough: {
		accepted: (taskId) => [200, { code: 200, message: 'success', data: { taskId } }],
		finished: (taskId, urls) => ({ code: 200, data: { taskId, state: 'success', resultJson: JSON.stringify({ resultUrls: urls }) } }),
		balance: { method: 'GET', path: '/apikeys/current-balance', reply: { code: 200, message: 'success', data: 999.93 } },
		told: () => ({ estimatedSeconds: 20 }),
	},
	refusals: {
		key: [401, { code: 401, message: 'Invalid API key', data: null }],
		// An older page of the provider has this.
		credits: { code: 400, message: 'Insufficient credits', data: null },
		unknownField: [400, { code: 400, message: 'Bad request', data: { error: 'colour is not a known field' } }],
	},
	credential: {
		name: 'apixoApi',
		baseUrl: 'https://api.apixo.ai/api/v1',
		method: 'GET',
		path: '/api/v1/apikeys/current-balance',
		header: ['authorization', 'Bearer the-key'],
		accepted: [
			[200, { code: 200, message: 'success', data: 74.87 }],
			[200, { code: 200, message: 'success', data: 0 }],
		],
		refused: [
			[200, { code: 401, message: 'Invalid API key', data: null }],
			[200, { code: 401, message: 'Invalid API key', data: { error: 'Invalid API key' } }],
			[200, { code: '401', message: 'Invalid API key', data: {} }],
			[200, { code: '403', message: 'Forbidden', data: 0 }],
			[200, { message: 'Invalid API key' }],
			[404, { error: 'Not found' }],
		],
	},
	callback: {
		request: (url) => ({ request_type: 'callback', callback_url: url }),
		completed: { code: 200, data: { state: 'success' } },
	},
};
