import { differenceFrom, firstBroken, isModelSize, isObject, oneOf, ratios, textOf, urls, whole, type Rule } from '../../support/bodyRules';
import type { ProviderContract } from '../../support/providerContract';
import { always, beside, keyNotRejected, list, number, object, oneOfWords, text } from '../../support/replyContract';

export const contract: ProviderContract = {
	source:
		'https://pixeldojo.ai/api-docs, read 2026-11-20. Fixtures: submitted, pending, completed from its Seedream 4.5 page; completedOfSdk from the README of its SDK; completedOlder, failed from public clients.',
	parameters: [
		['imageFieldName', ''],
		['imageSize', 'auto_2K'],
		['width', 2048],
		['height', 2048],
		['aspectRatio', ''],
		['imageCount', 1],
		['seed', ''],
	],
	publishesSchema: true,
	// The field is not documented; the simulator takes any of the candidates.
	imageParameters: { imageFieldName: 'image_urls' },
	defaultSize: null,
	// No page says how many images one task may make; a similar service takes 6.
	limits: { prompt: {}, references: 14, images: 6 },
	price: { amount: 1, unit: 'credits' },
	// No page says that a failed task is free.
	failedTaskIsFree: false,
	pace: { first: [[undefined, 6]], interval: [[undefined, 6]] },
	request: {
		path: '/models/seedream-4/run',
		text: { prompt: 'a fox', num_images: 1 },
		image: (references) => ({ image_urls: references }),
		minimal: (prompt) => ({ prompt, num_images: 2 }),
		firstBroken({ body, withImages, imageField }) {
			const [first = '', ...rest] = imageField.split('.');
			const images: Rule = (value) => urls(14)(rest.reduce<unknown>((inner, key) => (isObject(inner) ? inner[key] : undefined), value));
			return (
				differenceFrom(
					{
						required: { prompt: textOf(1, Infinity), ...(withImages ? { [first]: images } : {}) },
						optional: {
							image_size: oneOf('auto_4K', 'custom', 'square_hd', 'square', 'portrait_4_3', 'portrait_16_9', 'landscape_4_3', 'landscape_16_9'),
							customWidth: whole(1, 16_384),
							customHeight: whole(1, 16_384),
							seed: (value) => Number.isSafeInteger(value),
							num_images: whole(1, 6),
							aspect_ratio: oneOf(...ratios),
						},
					},
					body,
				) ??
				firstBroken({
					'width and height go with custom, and only both':
						(body.image_size === 'custom') === 'customWidth' in body && 'customWidth' in body === 'customHeight' in body,
					'a custom size has no ratio': !('customWidth' in body && 'aspect_ratio' in body),
					'a custom size is one that the model makes': !('customWidth' in body) || isModelSize(body.customWidth as number, body.customHeight as number),
				})
			);
		},
		places: {
			imageSize: ['image_size', ['auto_2K', undefined]],
			width: ['customWidth'],
			height: ['customHeight'],
			aspectRatio: ['aspect_ratio', ['', undefined]],
			imageCount: ['num_images'],
			seed: ['seed', ['', undefined]],
		},
		refused: [
			['num_images', { num_images: 7 }],
			['customHeight', { image_size: 'custom', customWidth: 2048 }],
			['seed', { seed: 1.5 }],
		],
	},
	statusRequest: (taskId) => ({ method: 'GET', path: `/jobs/${taskId}` }),
	replies: {
		proves: keyNotRejected,
		account: { fields: {}, undescribed: true },
		submit: {
			fields: {
				jobId: always(text),
				status: oneOfWords('pending'),
				statusUrl: always(text),
				creditCost: always(number),
				creditsRemaining: always(number),
				expiresAt: always(text),
			},
		},
		status: {
			fields: {
				jobId: text,
				// `processing` is an assumption, `failed` comes from client libraries.
				status: oneOfWords('pending', 'processing', 'completed', 'failed'),
				output: beside(object, 'completed'),
				'output.images': beside(list, 'completed'),
				'output.images[]': text,
				creditCost: beside(number, 'completed'),
				expiresAt: beside(text, 'completed'),
			},
			wordPath: 'status',
			undescribed: ['pending', 'processing', 'failed'],
		},
		oddFixtures: ['completedOfSdk', 'completedOlder'],
		spareField: 'expiresAt',
		taskPath: 'jobId',
	},
	walkthrough: {
		accepted: (taskId) => [202, { jobId: taskId, status: 'pending', creditCost: 2, creditsRemaining: 9998 }],
		finished: (taskId, urls) => ({ jobId: taskId, status: 'completed', output: { images: urls }, creditCost: 2 }),
		told: (creditsRemaining) => ({ creditsRemaining }),
	},
	refusals: {
		key: [401, { error: { code: 'unauthorized', message: 'Invalid API key' } }],
		credits: { error: { code: 'insufficient_credits' } },
		unknownField: [400, { error: { code: 'validation_error', message: 'colour is not a known field' } }],
	},
	credential: {
		name: 'pixelDojoApi',
		baseUrl: 'https://pixeldojo.ai/api/v1',
		method: 'GET',
		path: '/api/v1/jobs/job_credential_test',
		header: ['authorization', 'Bearer the-key'],
		accepted: [
			[404, { error: 'Job not found' }],
			[400, { error: { code: 'invalid_job', message: 'Invalid job id' } }],
		],
		refused: [[402, { error: 'Payment required' }]],
	},
	callback: { request: (url) => ({ webhook_url: url }), completed: { status: 'completed' } },
};
