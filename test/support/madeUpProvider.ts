import { joinProvider } from '../../nodes/core/provider/joinProvider';
import { isJsonObject, parseJson, textAt, valueAt } from '../../nodes/core/json';
import { noWord, type Model, type Provider, type ProviderAdapter, type ProviderDefinition } from '../../nodes/core/provider/provider';
import { imageUrlsIn } from '../../nodes/core/provider/resultUrls';
import { taskIdAt } from '../../nodes/core/provider/taskIdAt';
import { commonWords, wordsOf } from '../../nodes/core/provider/words';

const model: Model = {
	id: 'model-1',
	label: 'Model 1',
	wireId: 'model-1',
	docsUrl: 'https://example.com/docs',
	fields: [
		{
			displayName: 'Image Count',
			name: 'imageCount',
			type: 'number',
			typeOptions: { minValue: 1, maxValue: 10, numberPrecision: 0 },
			default: 1,
			description: 'How many images to generate',
			wire: 'count',
		},
	],
	limits: { promptLength: 1000, referenceImages: 4, referenceTypes: ['image/png', 'image/jpeg'], referenceBytes: 10_485_760 },
	cost: { perImage: 0.035, unit: 'USD', note: '0.035 USD per image', documented: true, onlyDelivered: false },
	imagesRequested: ({ imageCount }) => Number(imageCount),
	pixels: () => ({ width: 2048, height: 2048 }),
	intervalSeconds: () => 5,
	firstCheckSeconds: (estimatedSeconds) => estimatedSeconds ?? 20,
};

const definition: ProviderDefinition = {
	id: 'example',
	displayName: 'Example',
	accountUrl: 'https://example.com',
	modelsUrl: 'https://example.com/models',
	credentialType: 'exampleApi',
	baseUrl: 'https://api.example.com',
	submit: { path: '/tasks', promptField: 'prompt', imagesField: 'images', callbackField: 'callback' },
	failedTasksAreFree: false,
	duration: 'Example names 20 seconds.',
	models: [model],
	portableValues: ({ imageCount }) => ({ imageCount }),
};

const adapter: ProviderAdapter = {
	taskIdPaths: ['data.taskId'],
	fixedFields: () => ({}),
	readSubmit(body) {
		const taskId = taskIdAt(body, 'data.taskId');
		return taskId === undefined ? undefined : { taskId };
	},
	status: (taskId) => ({ method: 'GET', path: `/tasks/${taskId}` }),
	readStatus(body) {
		const state = textAt(body, 'data.state');
		if (state === 'processing') return { state: 'pending', word: state };
		if (state === 'failed') return { state: 'failed', words: wordsOf(textAt(body, 'data.failMsg'), textAt(body, 'data.failCode')) };
		if (state !== 'success') return { state: 'unknownWord', word: state ?? noWord };
		const text = valueAt(body, 'data.resultJson');
		const result = typeof text === 'string' ? parseJson(text) : text;
		const urls = imageUrlsIn(valueAt(result, 'resultUrls'));
		return isJsonObject(result)
			? { state: 'succeeded', urls }
			: { state: 'succeeded', urls, unreadable: 'the task is finished, but its resultJson could not be read' };
	},
	words: (body) => commonWords(body, 'data.failCode'),
	readCallback: (body) => textAt(body, 'data.taskId'),
};

/** A provider that no user can choose, for the tests of core: what a real one changes turns only its own tests red. */
export const madeUpProvider: Provider = joinProvider(definition, adapter);
