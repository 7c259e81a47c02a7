import { pathPart } from '../../core/http';
import { isJsonObject, numberAt, textAt } from '../../core/json';
import type { ProviderAdapter } from '../../core/provider';
import { imageUrlsAt, searchImageUrls } from '../../core/resultUrls';
import { wordsOf } from '../../core/words';
import type { ApiInOneValues } from './definition';
import { meaningOfWord } from './statusWords';

const idPaths = ['data.task_id', 'data.taskId', 'data.id', 'task_id', 'taskId', 'id'];
const wordPaths = ['data.status', 'data.state', 'status', 'state'];

/** Where gateways of this kind put result URLs, likeliest first; the same is tried without `data`. */
const resultPaths = [
	...['image_urls', 'images', 'image_url', 'urls', 'url'].map((key) => `output.${key}`),
	'output',
	...['image_urls', 'images', 'results', 'result_urls', 'resultUrls', 'image_url', 'url', 'resultJson'],
	...['image_urls', 'images', 'urls', 'resultUrls', 'url'].map((key) => `result.${key}`),
	'result',
];

const errorPaths = [
	'data.error.message',
	'data.error',
	'data.failMsg',
	'data.fail_reason',
	'data.error_message',
	'error.message',
	'error',
	'message',
	'msg',
];

function saysNothing(word: string | undefined): boolean {
	return word === undefined || /^(success|ok)$/i.test(word);
}

export const apiInOneAdapter: ProviderAdapter<ApiInOneValues> = {
	// The page lists `model` twice; both of its examples send the sub-model.
	fixedFields: ({ imageUrls }) => ({
		model: imageUrls.length > 0 ? 'seedream/4.5-edit' : 'seedream/4.5-text-to-image',
	}),

	bodyStatus(body) {
		// A failed task carries an error too, which is no refusal of the request.
		const isTask = textAt(body, ...idPaths) !== undefined && meaningOfWord(textAt(body, ...wordPaths) ?? '') !== undefined;
		const code = isTask ? numberAt(body, 'code') : numberAt(body, 'error.code', 'code');
		if (code !== undefined && code !== 200 && code !== 0) return code;
		if (isTask) return undefined;
		return isJsonObject(body.error) || typeof body.error === 'string' ? 'refused' : undefined;
	},

	// "Generation failed" among its upstream's codes: about the task, where the other 5xx are about the service.
	taskEndingStatus: 501,

	readSubmit(body) {
		const taskId = textAt(body, ...idPaths);
		return taskId === undefined ? undefined : { taskId };
	},

	status: (taskId, { statusPath }) => {
		const path = (statusPath ?? '/tasks/{taskId}').replaceAll('{taskId}', pathPart(taskId));
		return { method: 'GET', path: path.startsWith('/') ? path : `/${path}` };
	},

	readStatus(body, { resultPath }) {
		const word = textAt(body, ...wordPaths) ?? 'none';
		const meaning = meaningOfWord(word);
		if (meaning === 'pending') return { state: 'pending', word };
		if (meaning === 'failed') return { state: 'failed', words: apiInOneAdapter.words(body) };
		if (meaning === undefined) return { state: 'unknownWord', word };
		if (resultPath !== undefined) return { state: 'succeeded', urls: imageUrlsAt(body, resultPath) };
		const listed = imageUrlsAt(body, ...resultPaths.map((path) => `data.${path}`), ...resultPaths);
		return { state: 'succeeded', urls: listed.length > 0 ? listed : searchImageUrls(body) };
	},

	words(body) {
		const message = errorPaths.map((path) => textAt(body, path)).find((found) => !saysNothing(found));
		return wordsOf(message, textAt(body, 'data.error.code', 'data.failCode', 'error.type'));
	},

	readCallback: (body) => textAt(body, ...idPaths),
};
