import { pathPart } from '../../core/http/send';
import { numberAt, textAt, valueAt, type JsonObject } from '../../core/json';
import { noWord, type ProviderAdapter, type StatusReading } from '../../core/provider/provider';
import { imageUrlsAt } from '../../core/provider/resultUrls';
import { taskIdAt } from '../../core/provider/taskIdAt';
import { saysNothing, isErrorValue, wordsOf } from '../../core/provider/words';
import { quote } from '../../core/text';
import { meaningOfWord } from './statusWords';

const idPaths = ['data.task_id', 'data.taskId', 'data.id', 'task_id', 'taskId', 'id', 'data.workId', 'workId'];
const wordPaths = ['data.status', 'data.state', 'status', 'state'];

/** The status word; `data.type` holds it in the pages for another model (Suno), and may be anything else elsewhere. */
function wordIn(body: JsonObject): string | undefined {
	const word = textAt(body, ...wordPaths);
	const type = word === undefined ? textAt(body, 'data.type') : undefined;
	return type !== undefined && meaningOfWord(type) === undefined ? undefined : (word ?? type);
}

/** Where gateways of this kind put result URLs, the likeliest place first; each is also tried without `data`. */
const resultPaths = [
	...['image_urls', 'images', 'image_url', 'urls', 'url'].map((key) => `output.${key}`),
	'output',
	// As on the pages for another model (Suno), next to `request_body`, which repeats the request.
	'response_data',
	...['image_urls', 'images', 'results', 'result_urls', 'resultUrls', 'image_url', 'url', 'resultJson'],
	...['image_urls', 'images', 'urls', 'resultUrls', 'url'].map((key) => `result.${key}`),
	'result',
];

const reasonKeys = ['error.message', 'error', 'failMsg', 'fail_reason', 'fail_message', 'error_message'];

/** How many images of one task are searched for a reason. */
const mostImages = 15;

const errorPaths = [
	...reasonKeys.map((key) => `data.${key}`),
	...Array.from({ length: mostImages }, (_, index) => ['fail_message', 'error_message'].map((key) => `data.response_data.${index}.${key}`)).flat(),
	'error.message',
	'error',
	'fail_message',
	'error_message',
	'message',
	'msg',
];

/** Accepts paths as people write them elsewhere: `$.data.images[0].url`, `{{ $json.data.images }}` and `data.images[*].url`. */
function plainPath(typed: string): string {
	return typed
		.replace(/^\{\{|\}\}$/g, '')
		.trim()
		.replace(/^\$(json)?(?=[.[])/, '')
		.replace(/\[\*?\](?:\.(?:url|image_url|imageUrl|src))?$/, '')
		.replace(/\[["']?([^[\]"']*)["']?\]/g, '.$1')
		.replace(/^\.+|\.+$/g, '');
}

/** The images at the path that the user typed. */
function readAt(body: JsonObject, resultPath: string): StatusReading {
	const urls = imageUrlsAt(body, plainPath(resultPath));
	return urls.length > 0
		? { state: 'succeeded', urls }
		: { state: 'succeeded', urls, unreadable: `the task is finished, but there is no image URL at Result Path ${quote(resultPath, 80)}` };
}

export const apiInOneAdapter: ProviderAdapter = {
	taskIdPaths: idPaths,

	// The page lists `model` twice; both of its examples send the sub-model.
	fixedFields: ({ imageUrls }) => ({
		model: imageUrls.length > 0 ? 'seedream/4.5-edit' : 'seedream/4.5-text-to-image',
	}),

	bodyStatus(body) {
		const code = numberAt(body, 'code');
		const isNamed = textAt(body, ...idPaths) !== undefined;
		// A failed task has an error too, which does not mean that the request was refused.
		const isTask = isNamed && (code === 200 || meaningOfWord(wordIn(body) ?? '') !== undefined);
		const told = isTask ? code : numberAt(body, 'error.code', 'code');
		if (told !== undefined && told !== 200 && told !== 0) return told;
		return !isTask && isErrorValue(valueAt(body, 'error')) ? 'complaint' : undefined;
	},

	// "Generation failed" in its upstream's list of codes. It is about the task; the other 5xx are about the service.
	taskEndingStatus: 501,

	readSubmit(body) {
		const taskId = taskIdAt(body, ...idPaths);
		return taskId === undefined ? undefined : { taskId };
	},

	status: (taskId, { statusPath }) => {
		const path = (statusPath ?? '/tasks/{taskId}').replaceAll('{taskId}', pathPart(taskId));
		return { method: 'GET', path: path.startsWith('/') ? path : `/${path}` };
	},

	readStatus(body, { resultPath }) {
		const word = wordIn(body) ?? noWord;
		const meaning = meaningOfWord(word);
		if (meaning === 'pending') return { state: 'pending', word };
		if (meaning === 'failed') return { state: 'failed', words: apiInOneAdapter.words(body) };
		if (meaning === undefined) return { state: 'unknownWord', word };
		if (resultPath !== undefined) return readAt(body, resultPath);
		return { state: 'succeeded', urls: imageUrlsAt(body, ...resultPaths.map((path) => `data.${path}`), ...resultPaths) };
	},

	words(body) {
		const message = errorPaths.map((path) => textAt(body, path)).find((found) => !saysNothing(found));
		return wordsOf(message, textAt(body, 'data.error.code', 'data.failCode', 'data.fail_code', 'error.type'));
	},

	readCallback: (body) => textAt(body, ...idPaths),
};
