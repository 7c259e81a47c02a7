import { differenceFrom, oneOf, ratios, textOf, urls } from '../../support/bodyRules';
import type { ProviderContract } from '../../support/providerContract';
import { always, keyNotRejected, number, object, oneOfWords, text } from '../../support/replyContract';

export const contract: ProviderContract = {
	source:
		'https://apiin.one/docs, read 2026-11-20. Fixtures: submitted, invalidRequest from its Seedream 4.5 page; submittedOlder, wrongKey from other pages; upstreamSuccess, upstreamFail from docs.kie.ai, what a gateway may leak.',
	parameters: [
		['quality', 'basic'],
		['aspectRatio', '1:1'],
	],
	defaultSize: { width: 2048, height: 2048 },
	limits: { prompt: { least: 3, advised: 3000, most: 5000 }, references: 14 },
	price: { amount: 12, unit: 'credits' },
	// No page says that a failed task is free.
	failedTaskIsFree: false,
	pace: { first: [[undefined, 3]], interval: [[undefined, 4]] },
	request: {
		path: '/images/generations',
		text: { model: 'seedream/4.5-text-to-image', prompt: 'a fox', quality: 'basic', aspect_ratio: '1:1' },
		image: (references) => ({ model: 'seedream/4.5-edit', image_urls: references }),
		minimal: (prompt) => ({ model: 'seedream/4.5-text-to-image', prompt }),
		firstBroken: ({ body, withImages }) =>
			differenceFrom(
				{
					required: {
						model: oneOf(withImages ? 'seedream/4.5-edit' : 'seedream/4.5-text-to-image'),
						prompt: textOf(3, 5000),
						...(withImages ? { image_urls: urls(14) } : {}),
					},
					optional: { aspect_ratio: oneOf(...ratios), quality: oneOf('basic', 'high') },
				},
				body,
			),
		places: { quality: ['quality'], aspectRatio: ['aspect_ratio'] },
		refused: [
			['quality', { quality: '4K' }],
			['image_urls', { model: 'seedream/4.5-edit' }],
		],
	},
	statusRequest: (taskId) => ({ method: 'GET', path: `/tasks/${taskId}` }),
	replies: {
		proves: keyNotRejected,
		account: {
			fields: { error: object, 'error.code': number, 'error.message': text, 'error.type': text },
			undescribed: true,
		},
		submit: {
			fields: {
				code: oneOfWords(200),
				message: text,
				data: always(object),
				'data.task_id': always(text),
				'data.status': oneOfWords('IN_PROGRESS'),
			},
		},
		// Only the path and the words are documented; that the envelope is the submit's is an assumption.
		status: {
			fields: { code: number, message: text, data: always(object), 'data.task_id': text, 'data.status': oneOfWords('IN_PROGRESS', 'completed', 'failed') },
			wordPath: 'data.status',
			undescribed: true,
		},
		oddFixtures: ['invalidRequest', 'submittedOlder', 'upstreamFail', 'upstreamSuccess', 'wrongKey'],
		taskPath: 'data.task_id',
	},
	walkthrough: {
		accepted: (taskId) => [200, { code: 200, message: 'success', data: { task_id: taskId, status: 'IN_PROGRESS' } }],
		finished: (taskId, [url]) => ({ data: { task_id: taskId, status: 'completed', output: { image_urls: [url] } } }),
	},
	refusals: {
		key: [401, { error: { code: 401, message: 'Invalid API key', type: 'authentication_error' } }],
		credits: { error: { code: 402 } },
		unknownField: [400, { error: { code: 400, message: 'colour is not a known field', type: 'invalid_request' } }],
	},
	credential: {
		name: 'apiInOneApi',
		baseUrl: 'https://apiin.one/api/v1',
		method: 'GET',
		path: '/api/v1/tasks/credential-test',
		header: ['authorization', 'Bearer the-key'],
		accepted: [
			[404, { error: { code: 404, message: 'Task not found', type: 'not_found' } }],
			[400, { error: { code: 400, message: 'Invalid task', type: 'invalid_request' } }],
			[200, { code: 404, message: 'Task not found' }],
		],
		refused: [
			[200, { error: { code: 401, message: 'Invalid API key', type: 'invalid_request' } }],
			[200, { error: { code: '401', message: 'Invalid API key' } }],
			[200, { code: 401, msg: 'Invalid API key' }],
			[200, { code: '401', msg: 'Invalid API key' }],
			[200, { code: '403', msg: 'Forbidden' }],
			[200, { error: { code: '403', message: 'Forbidden' } }],
			[402, { error: { code: 402, message: 'Payment required' } }],
		],
	},
	callback: { request: (url) => ({ callback_url: url }), completed: { data: { status: 'completed' } } },
};
