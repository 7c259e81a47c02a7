import { pathPart } from '../../core/http/send';
import { isJsonObject, numberAt, openedJson, textAt, valueAt } from '../../core/json';
import { noWord, type ProviderAdapter, type StatusReading } from '../../core/provider/provider';
import { imageUrlsIn } from '../../core/provider/resultUrls';
import { taskIdAt } from '../../core/provider/taskIdAt';
import { commonWords, wordsOf } from '../../core/provider/words';

/** `resultJson` is documented as a JSON text; an object is accepted too. */
function readResult(resultJson: unknown): StatusReading {
	const result = openedJson(resultJson);
	const urls = imageUrlsIn(valueAt(result, 'resultUrls'));
	return isJsonObject(result)
		? { state: 'succeeded', urls }
		: { state: 'succeeded', urls, unreadable: 'the task is finished, but its resultJson could not be read' };
}

export const apixoAdapter: ProviderAdapter = {
	taskIdPaths: ['data.taskId'],

	fixedFields: ({ operation, callbackUrl }) => ({
		request_type: callbackUrl === undefined ? 'async' : 'callback',
		'input.mode': operation === 'imageToImage' ? 'image-to-image' : 'text-to-image',
	}),

	bodyStatus(body) {
		const code = numberAt(body, 'code');
		return code === undefined || code === 200 ? undefined : code;
	},

	readSubmit(body) {
		const taskId = taskIdAt(body, 'data.taskId');
		return taskId === undefined ? undefined : { taskId };
	},

	// The model's name is part of the path.
	status: (taskId, _overrides, wireId) => ({ method: 'GET', path: `/statusTask/${wireId}?taskId=${pathPart(taskId)}` }),

	readStatus(body) {
		const state = textAt(body, 'data.state')?.toLowerCase();
		switch (state) {
			case 'pending':
			case 'processing':
			// Not on the page; a published client takes it to mean running.
			case 'processing_r2':
				return { state: 'pending', word: state };
			case 'success':
				return readResult(valueAt(body, 'data.resultJson'));
			case 'failed':
				return { state: 'failed', words: wordsOf(textAt(body, 'data.failMsg'), textAt(body, 'data.failCode')) };
			default:
				return { state: 'unknownWord', word: state ?? noWord };
		}
	},

	balance: { request: { method: 'GET', path: '/apikeys/current-balance' }, read: (body) => numberAt(body, 'data') },

	// The message about the field is in data.error; the outer message is generic.
	words: (body) => commonWords(body, 'data.failCode'),

	readCallback: (body) => textAt(body, 'data.taskId', 'taskId'),
};
