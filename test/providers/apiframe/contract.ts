import { differenceFrom, firstBroken, isModelSize, isObject, oneOf, ratios, textOf, urls, whole } from '../../support/bodyRules';
import type { ProviderContract } from '../../support/providerContract';
import { always, beside, list, number, object, oneOfWords, text, textOrNull } from '../../support/replyContract';

export const contract: ProviderContract = {
	source: 'https://docs-v2.apiframe.ai and the OpenAPI file of its SDK, read 2026-11-20. Fixtures: all from these.',
	parameters: [
		['sizing', 'preset'],
		['resolution', '2K'],
		['width', 2048],
		['height', 2048],
		['aspectRatio', '1:1'],
	],
	otherModels: {
		'seedream-4.0': {
			source: 'https://docs-v2.apiframe.ai/docs/images/seedream/seedream-4, read 2026-11-27',
			parameters: [
				['sizing', 'preset'],
				['resolution', '2K'],
				['width', 2048],
				['height', 2048],
				['aspectRatio', '1:1'],
				['promptOptimization', true],
			],
			price: { amount: 3, unit: 'credits' },
			request: {
				path: '/v2/images/generate',
				text: { model: 'seedream-4', prompt: 'a fox', seedreamParams: { size: '2K', aspect_ratio: '1:1', enhance_prompt: true } },
				image: (references) => ({ seedreamParams: { image_input: references } }),
				chosen: [
					[{ resolution: '1K', promptOptimization: false }, { seedreamParams: { size: '1K', enhance_prompt: false } }],
					// Below the minimum of Seedream 4.5.
					[{ sizing: 'custom', width: 1024, height: 1024 }, { seedreamParams: { size: 'custom', width: 1024, height: 1024, aspect_ratio: null } }],
				],
			},
			mostReferences: 10,
			leftOver: [[{ resolution: '3K' }, 'Resolution must be one of 1K, 2K, 4K, but is "3K"']],
			differs: { showsNoPixels: true },
			size: [
				{ sizing: 'custom', width: 1024, height: 1024 },
				{ width: 1024, height: 1024 },
			],
		},
		'seedream-5.0-lite': {
			source: 'https://docs-v2.apiframe.ai/docs/images/seedream/seedream-5-lite, read 2026-11-27',
			parameters: [
				['sizing', 'preset'],
				['resolution', '2K'],
				['aspectRatio', '1:1'],
				['outputFormat', 'png'],
			],
			hidden: 'sizing',
			price: { amount: 4, unit: 'credits' },
			request: {
				path: '/v2/images/generate',
				text: { model: 'seedream-5-lite', prompt: 'a fox', seedreamParams: { size: '2K', aspect_ratio: '1:1', output_format: 'png' } },
				image: (references) => ({ seedreamParams: { image_input: references } }),
				chosen: [[{ resolution: '3K', outputFormat: 'jpeg' }, { seedreamParams: { size: '3K', output_format: 'jpg' } }]],
			},
			mostReferences: 14,
			leftOver: [
				[{ resolution: '4K' }, 'Resolution must be one of 2K, 3K, but is "4K"'],
				[{ sizing: 'custom', width: 3000, height: 2000 }, 'Size must be preset (Seedream 5.0 Lite takes no width and height'],
			],
			size: [{ resolution: '3K' }, { width: 3072, height: 3072 }],
		},
	},
	defaultSize: { width: 2048, height: 2048 },
	limits: { prompt: { most: 2000 }, references: 14 },
	price: { amount: 4, unit: 'credits' },
	failedTaskIsFree: true,
	pace: { first: [[undefined, 3]], interval: [[undefined, 2]] },
	request: {
		path: '/v2/images/generate',
		text: { model: 'seedream-4.5', prompt: 'a fox', seedreamParams: { size: '2K', aspect_ratio: '1:1' } },
		image: (references) => ({ seedreamParams: { size: '2K', aspect_ratio: '1:1', image_input: references } }),
		minimal: (prompt) => ({ model: 'seedream-4.5', prompt, seedreamParams: { size: '2K', aspect_ratio: '1:1' } }),
		firstBroken({ body, withImages }) {
			const params = isObject(body.seedreamParams) ? body.seedreamParams : {};
			const isCustom = params.size === 'custom';
			return (
				differenceFrom({ required: { model: oneOf('seedream-4.5'), prompt: textOf(1, 2000), seedreamParams: isObject } }, body) ??
				differenceFrom(
					{
						required: { size: oneOf('2K', '4K', 'custom'), ...(withImages ? { image_input: urls(14) } : {}) },
						optional: { aspect_ratio: oneOf(...ratios, ...(withImages ? ['match_input_image'] : [])), width: whole(1024, 4096), height: whole(1024, 4096) },
					},
					params,
				) ??
				firstBroken({
					'width and height go with custom, and only both': isCustom === 'width' in params && 'width' in params === 'height' in params,
					'a custom size has no ratio': !(isCustom && 'aspect_ratio' in params),
					'a custom size is one that the model makes': !isCustom || isModelSize(params.width as number, params.height as number),
				})
			);
		},
		places: {
			resolution: ['seedreamParams.size'],
			width: ['seedreamParams.width'],
			height: ['seedreamParams.height'],
			aspectRatio: ['seedreamParams.aspect_ratio'],
		},
		refused: [
			['width', { seedreamParams: { size: 'custom', width: 5000, height: 4096 } }],
			['match_input_image', { seedreamParams: { aspect_ratio: 'match_input_image' } }],
			['image_input', { seedreamParams: { image_input: ['data:image/png;base64,AAAA'] } }],
		],
		idempotencyHeader: 'idempotency-key',
	},
	statusRequest: (taskId) => ({ method: 'GET', path: `/v2/jobs/${taskId}` }),
	replies: {
		proves: 'Apiframe named the account of the key: the key is valid.',
		account: {
			fields: {
				user: always(object),
				'user.id': always(text),
				'user.email': always(text),
				'user.role': always(text),
				team: always({ is: ['object', 'null'] }),
				'team.id': always(text),
				'team.name': always(text),
				'team.credits': always(number),
				'team.plan': always(textOrNull),
				'team.customerId': always(textOrNull),
				apiKey: always({ is: ['object', 'null'] }),
				'apiKey.id': always(text),
				'apiKey.name': always(textOrNull),
				'apiKey.prefix': always(text),
			},
		},
		submit: {
			// A repeated Idempotency-Key may be answered with any of them.
			fields: { jobId: always(text), status: oneOfWords('QUEUED', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED') },
		},
		status: {
			fields: {
				id: always(text),
				status: oneOfWords('QUEUED', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED'),
				model: always(text),
				progress: always({ is: ['number', 'null'] }),
				// Two forms are published: a URL, and an object with `images`.
				result: beside({ is: ['text', 'object', 'list', 'null'] }, 'COMPLETED'),
				'result[]': text,
				'result.images': beside(list, 'COMPLETED'),
				'result.images[]': text,
				error: beside(textOrNull, 'FAILED'),
				creditCost: always({ is: ['number', 'null'] }),
				webhookStatus: textOrNull,
				createdAt: always(text),
				completedAt: beside(textOrNull, 'COMPLETED'),
				input: { is: ['object', 'null'], free: true },
				expired: { is: ['boolean'] },
			},
			wordPath: 'status',
		},
		oddFixtures: ['callback', 'invalid', 'noCredits'],
		spareField: 'model',
		taskPath: 'jobId',
	},
	walkthrough: {
		accepted: (taskId) => [202, { jobId: taskId, status: 'QUEUED' }],
		finished: (taskId, [url]) => ({ id: taskId, status: 'COMPLETED', progress: 100, result: { images: [url] }, error: null, creditCost: 4 }),
		balance: { method: 'GET', path: '/v2/me', reply: { team: { credits: 99_996 } } },
	},
	refusals: {
		key: [401, { error: 'Invalid API key' }],
		credits: { error: 'Insufficient credits', creditsRequired: 4, creditsAvailable: 0 },
		unknownField: [400, { error: 'Validation failed', details: { colour: ['is not a known field'] } }],
	},
	credential: {
		name: 'apiframeApi',
		baseUrl: 'https://api.apiframe.ai',
		method: 'GET',
		path: '/v2/me',
		header: ['x-api-key', 'the-key'],
		accepted: [[200, { user: { id: 'user-1', email: 'someone@example.com', role: 'owner' }, team: null, apiKey: null }]],
		refused: [[404, { error: 'Not found' }]],
	},
	callback: {
		request: (url) => ({ webhookUrl: url, webhookEvents: ['completed', 'failed'] }),
		completed: { event: 'completed', status: 'COMPLETED', progress: 100 },
		isSigned: true,
	},
	// It refuses the model as a value of the field.
	differs: { faults: { 'the provider has dropped the model': { kind: 'invalidInput' } } },
};
