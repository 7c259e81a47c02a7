import { customSize, seedream45Limits, sizeFault } from '../../nodes/core/image/imageSize';
import { isJsonObject, numberAt, parseJson, textAt, valueAt, type JsonObject } from '../../nodes/core/json';
import type { ProviderField } from '../../nodes/core/provider/field';
import { joinProvider } from '../../nodes/core/provider/joinProvider';
import { noWord, type Model, type Provider, type ProviderAdapter, type ProviderDefinition, type StatusReading } from '../../nodes/core/provider/provider';
import { imageUrlsAt, imageUrlsIn } from '../../nodes/core/provider/resultUrls';
import { taskIdAt } from '../../nodes/core/provider/taskIdAt';
import { commonWords, wordsOf } from '../../nodes/core/provider/words';

/** One field of each kind. */
const fields: readonly ProviderField[] = [
	{
		displayName: 'Size',
		name: 'sizing',
		type: 'options',
		options: [
			{ name: 'Preset', value: 'preset' },
			{ name: 'Custom', value: 'custom' },
		],
		default: 'preset',
		hint: '0.035 USD per image',
	},
	{
		displayName: 'Resolution',
		name: 'resolution',
		type: 'options',
		options: [
			{ name: '2K', value: '2K' },
			{ name: '4K', value: '4K' },
		],
		default: '2K',
		displayOptions: { show: { sizing: ['preset'] } },
		wire: 'input.resolution',
	},
	{
		displayName: 'Aspect Ratio',
		name: 'aspectRatio',
		type: 'options',
		options: [
			{ name: 'Match Input Image', value: 'match', displayOptions: { show: { operation: ['imageToImage'] } } },
			{ name: 'Square', value: '1:1' },
			{ name: 'Wide', value: '16:9' },
		],
		default: '1:1',
		displayOptions: { show: { sizing: ['preset'] } },
		wire: 'input.ratio',
	},
	{
		displayName: 'Width',
		name: 'width',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 2048,
		displayOptions: { show: { sizing: ['custom'] } },
		wire: 'input.size',
		wireTemplate: '{width}x{height}',
	},
	{
		displayName: 'Height',
		name: 'height',
		type: 'number',
		typeOptions: { minValue: 1, numberPrecision: 0 },
		default: 2048,
		displayOptions: { show: { sizing: ['custom'] } },
	},
	{
		displayName: 'Image Count',
		name: 'imageCount',
		type: 'number',
		typeOptions: { minValue: 1, maxValue: 10, numberPrecision: 0 },
		default: 1,
		wire: 'input.count',
	},
	{ displayName: 'Seed', name: 'seed', type: 'string', integerOrEmpty: true, default: '', wire: 'input.seed' },
	{
		displayName: 'Prompt Optimization',
		name: 'promptOptimization',
		type: 'boolean',
		default: true,
		wire: 'input.optimize',
		wireValues: { true: 'standard', false: null },
	},
];

const imageFieldName: ProviderField = {
	displayName: 'Image Field Name',
	name: 'imageFieldName',
	type: 'string',
	default: '',
	displayOptions: { show: { operation: ['imageToImage'] } },
};

/** The maximum of reference images and results of one task together. */
const mostImagesTogether = 20;
const mostImagesAdvised = 15;

const model: Model = {
	id: 'model-1',
	label: 'Model 1',
	wireId: 'model-1',
	docsUrl: 'https://example.com/docs',
	fields,
	limits: {
		promptLengthAdvised: 3000,
		promptLength: 5000,
		referenceImages: 14,
		referenceTypes: ['image/png', 'image/jpeg'],
		referenceBytes: 10_485_760,
	},
	cost: { perImage: 0.035, unit: 'USD', note: '0.035 USD per image', documented: true, onlyDelivered: false },
	check({ imageUrls, values }) {
		const size = customSize(values.sizing === 'custom', { width: Number(values.width), height: Number(values.height) });
		const fault = size === null ? undefined : sizeFault(size, seedream45Limits);
		const together = imageUrls.length + Number(values.imageCount);
		return [
			...(fault === undefined ? [] : [{ fields: ['sizing', 'width', 'height'], fault }]),
			...(together <= mostImagesTogether
				? []
				: [{ fields: ['imageCount'], fault: `Reference images and Image Count together may be at most ${mostImagesTogether}, but are ${together}` }]),
		];
	},
	warn: ({ imageUrls, values }) =>
		imageUrls.length + Number(values.imageCount) > mostImagesAdvised ? [`Above ${mostImagesAdvised} images, fewer may be returned.`] : [],
	imagesRequested: ({ imageCount }) => Number(imageCount),
	pixels: ({ sizing, width, height }) => customSize(sizing === 'custom', { width: Number(width), height: Number(height) }),
	intervalSeconds: () => 5,
	firstCheckSeconds: (estimatedSeconds) => estimatedSeconds ?? 20,
};

const otherModel: Model = {
	...model,
	id: 'model-2',
	label: 'Model 2',
	wireId: 'model-2',
	cost: { unit: 'USD', note: 'Example does not publish the price of Model 2', documented: false, onlyDelivered: false },
};

const definition: ProviderDefinition = {
	id: 'example',
	displayName: 'Example',
	accountUrl: 'https://example.com/account',
	modelsUrl: 'https://example.com/models',
	credentialType: 'exampleApi',
	baseUrl: 'https://api.example.com',
	submit: {
		path: '/models/{model}/tasks',
		promptField: 'input.prompt',
		imagesField: 'input.images',
		callbackField: 'callback',
		callbackNeedsHttps: true,
		idempotencyHeader: 'Idempotency-Key',
	},
	failedTasksAreFree: false,
	duration: 'Example names 20 seconds.',
	models: [model, otherModel],
	portableValues: ({ resolution, aspectRatio, imageCount }) => ({ sizing: 'preset', resolution, aspectRatio, imageCount }),
};

function readResult(body: JsonObject, resultPath: string | undefined): StatusReading {
	const reading: StatusReading = { state: 'succeeded', urls: [] };
	const cost = numberAt(body, 'data.cost');
	if (cost !== undefined) reading.cost = { amount: cost, unit: 'USD' };
	const expiresAt = textAt(body, 'data.expiresAt');
	if (expiresAt !== undefined) reading.expiresAt = expiresAt;
	if (resultPath !== undefined) return { ...reading, urls: imageUrlsAt(body, resultPath) };
	const text = valueAt(body, 'data.resultJson');
	const result = typeof text === 'string' ? parseJson(text) : text;
	const urls = imageUrlsIn(valueAt(result, 'resultUrls'));
	return isJsonObject(result) ? { ...reading, urls } : { ...reading, urls, unreadable: 'the task is finished, but its resultJson could not be read' };
}

/** Replies are `{ code, message, data }`, where `code` repeats the HTTP status. */
const adapter: ProviderAdapter = {
	taskIdPaths: ['data.taskId'],
	fixedFields: ({ operation, callbackUrl }, wireId) => ({
		model: wireId,
		request: callbackUrl === undefined ? 'async' : 'callback',
		'input.mode': operation,
	}),
	bodyStatus(body) {
		const code = numberAt(body, 'code');
		return code === undefined || code === 200 ? undefined : code;
	},
	readSubmit(body) {
		const taskId = taskIdAt(body, 'data.taskId');
		const estimatedSeconds = numberAt(body, 'data.seconds');
		if (taskId === undefined) return undefined;
		return estimatedSeconds === undefined ? { taskId } : { taskId, estimatedSeconds };
	},
	status: (taskId, { statusPath = '/tasks/{taskId}' }) => ({ method: 'GET', path: statusPath.replace('{taskId}', encodeURIComponent(taskId)) }),
	readStatus(body, { resultPath }) {
		const state = textAt(body, 'data.state');
		if (state === 'processing') return { state: 'pending', word: state };
		if (state === 'failed') return { state: 'failed', words: wordsOf(textAt(body, 'data.failMsg'), textAt(body, 'data.failCode')) };
		return state === 'success' ? readResult(body, resultPath) : { state: 'unknownWord', word: state ?? noWord };
	},
	words: (body) => commonWords(body, 'data.failCode'),
	readCallback: (body) => textAt(body, 'data.taskId'),
	balance: { request: { method: 'GET', path: '/balance' }, read: (body) => numberAt(body, 'data') },
	upload: {
		place: () => ({ target: { path: '/uploads' }, fields: [] }),
		readUrl: (reply) => textAt(reply, 'data.url'),
	},
};

/** What another made-up provider has instead. `undefined` removes a capability. */
interface Changes {
	facts?: Partial<Omit<ProviderDefinition, 'submit' | 'models'>>;
	submit?: Partial<ProviderDefinition['submit']>;
	/** Of each model. */
	model?: Partial<Omit<Model, 'limits' | 'cost'>>;
	limits?: Partial<Model['limits']>;
	cost?: Partial<Model['cost']>;
	adapter?: Partial<ProviderAdapter>;
	isOneModel?: true;
}

/** A provider that no user can choose, for the tests of core and host: a change to a real one fails only its own tests. */
export function makeProvider({ facts, submit, model: changed, limits, cost, adapter: replies, isOneModel }: Changes = {}): Provider {
	const changedModel = (one: Model): Model => ({ ...one, ...changed, limits: { ...one.limits, ...limits }, cost: { ...one.cost, ...cost } });
	return joinProvider(
		{
			...definition,
			...facts,
			submit: { ...definition.submit, ...submit },
			models: isOneModel === true ? [changedModel(model)] : [changedModel(model), changedModel(otherModel)],
		},
		{ ...adapter, ...replies },
	);
}

/** Has every capability that core knows. */
export const fullProvider: Provider = makeProvider();

/** The shortest request: a prompt, a count, references and a callback, with one model. */
export const madeUpProvider: Provider = makeProvider({
	submit: { path: '/tasks', promptField: 'prompt', imagesField: 'images', callbackNeedsHttps: false, idempotencyHeader: undefined },
	model: {
		fields: fields.filter(({ name }) => name === 'imageCount').map((field) => ({ ...field, wire: 'count' })),
		check: undefined,
		warn: undefined,
		pixels: () => ({ width: 2048, height: 2048 }),
	},
	limits: { promptLength: 1000, promptLengthAdvised: undefined, referenceImages: 4 },
	adapter: { bodyStatus: undefined, fixedFields: () => ({}), upload: undefined, balance: undefined },
	isOneModel: true,
	facts: { portableValues: ({ imageCount }) => ({ imageCount }) },
});

/** Makes one image, has no callbacks, idempotency key, upload or balance, and its replies have no envelope. */
export const plainProvider: Provider = makeProvider({
	facts: { id: 'plain', displayName: 'Plain', credentialType: 'plainApi', baseUrl: 'https://api.plain.example' },
	submit: { promptField: 'prompt', imagesField: 'images', callbackField: undefined, idempotencyHeader: undefined },
	model: { fields: fields.filter(({ name }) => name !== 'imageCount'), check: undefined, warn: undefined, imagesRequested: () => 1 },
	limits: { promptLengthAdvised: undefined, promptLength: undefined, referenceImages: 4 },
	adapter: { bodyStatus: undefined, readCallback: undefined, upload: undefined, balance: undefined },
});

/** Documents no field for reference images, so the user types its name. */
export const undocumentedImagesProvider: Provider = makeProvider({ submit: { imagesField: undefined }, model: { fields: [imageFieldName, ...fields] } });

/** Refuses only in the body: with `code` 0, whatever the HTTP status, or with words and no task. */
export const yesOrNoProvider: Provider = makeProvider({
	adapter: {
		bodyStatus(body) {
			const code = numberAt(body, 'code');
			if (code !== undefined) return code === 1 ? undefined : 'refused';
			return textAt(body, 'data.taskId', 'data.state') !== undefined || commonWords(body).message === undefined ? undefined : 'complaint';
		},
	},
});

/** Has no idempotency key, so that after a lost reply it is unknown whether the job was accepted. Fetches references itself, and reports no balance. */
export const simpleProvider: Provider = makeProvider({
	submit: { promptField: 'prompt', imagesField: 'images', idempotencyHeader: undefined },
	model: { pixels: () => ({ width: 2048, height: 2048 }) },
	adapter: { upload: undefined, balance: undefined },
});
