import { amountAt, isJsonObject, jsonText, numberAt, textAt, valueAt } from '../../core/json';
import { noWord, type ProviderAdapter } from '../../core/provider/provider';
import { imageUrlsAt } from '../../core/provider/resultUrls';
import { taskIdAt } from '../../core/provider/taskIdAt';
import { wordsOf } from '../../core/provider/words';

/** The status is a number (page "Get Task Status & Results"). */
const processing = 1;
const completed = 2;
const failed = 3;

export const pixwithAdapter: ProviderAdapter = {
	taskIdPaths: ['data.task_id'],

	fixedFields: (_task, wireId) => ({ model_id: wireId }),

	// `code` is 1 for success; 0 and, in one official client, 2 are refusals, whatever the HTTP status.
	bodyStatus(body) {
		const code = numberAt(body, 'code');
		if (code === 1) return undefined;
		// Larger codes are not documented, so they can only be HTTP statuses.
		if (code !== undefined) return code >= 100 ? code : 'refused';
		// Without a code, words can mean a refusal, but only if no task is named: a job that may be paid must not count as refused.
		const isTask = textAt(body, 'data.task_id') !== undefined || numberAt(body, 'data.status') !== undefined;
		return isTask || pixwithAdapter.words(body).message === undefined ? undefined : 'complaint';
	},

	readSubmit(body) {
		const taskId = taskIdAt(body, 'data.task_id');
		if (taskId === undefined) return undefined;
		const estimatedSeconds = amountAt(body, 'data.estimated_time');
		return estimatedSeconds === undefined ? { taskId } : { taskId, estimatedSeconds };
	},

	status: (taskId) => ({ method: 'POST', path: '/api/task/get', body: { task_id: taskId } }),

	readStatus(body) {
		const status = numberAt(body, 'data.status');
		if (status === processing) return { state: 'pending', word: 'processing' };
		if (status === completed) return { state: 'succeeded', urls: imageUrlsAt(body, 'data.result_urls') };
		if (status === failed) return { state: 'failed', words: pixwithAdapter.words(body) };
		return { state: 'unknownWord', word: textAt(body, 'data.status') ?? noWord };
	},

	words(body) {
		const paths = ['data.error', 'data.fail_reason', 'data.error_message', 'data.msg', 'message', 'msg'];
		const reason = textAt(body, ...paths);
		// The reply about a failed task still says "success", which is not the reason.
		return wordsOf(reason?.toLowerCase() === 'success' ? undefined : reason, textAt(body, 'data.error_code'));
	},

	balance: { request: { method: 'POST', path: '/api/task/get_credits', body: {} }, read: (body) => numberAt(body, 'data.credits') },

	// A presigned S3 form: every field once, the file last, and no API key for the storage.
	upload: {
		ticket: ({ fileName, mimeType }) => ({
			method: 'POST',
			path: '/api/task/pre_url',
			body: { image_name: fileName, content_type: mimeType },
		}),
		place(ticket) {
			const url = textAt(ticket, 'data.upload_url.url');
			const fields = valueAt(ticket, 'data.upload_url.fields');
			const fileUrl = textAt(ticket, 'data.image_url');
			if (url === undefined || fileUrl === undefined || !isJsonObject(fields)) return undefined;
			const texts = Object.entries(fields).map(([name, value]): [string, string] => [name, typeof value === 'string' ? value : jsonText(value)]);
			return { target: { url }, fields: texts, fileUrl };
		},
		readUrl: () => undefined,
	},

	kindOf({ message = '' }) {
		// `code: 0` is also used for errors of the service, which say nothing about the job.
		if (/internal|server error|system error|exception|time-?d? ?out/i.test(message)) return 'outcomeUnknown';
		if (/(task|record).*(not (found|exist)|invalid)|no such task/i.test(message)) return 'notFound';
		// Any text in this field counts, as in PixWith's own client.
		if (/credits/i.test(message)) return 'insufficientCredits';
		return undefined;
	},
};
