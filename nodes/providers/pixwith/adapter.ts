import { amountAt, isJsonObject, jsonText, numberAt, textAt, valueAt } from '../../core/json';
import { noWord, type ProviderAdapter } from '../../core/provider/provider';
import { imageUrlsAt } from '../../core/provider/resultUrls';
import { taskIdAt } from '../../core/provider/taskIdAt';
import { wordsOf } from '../../core/provider/words';

/** Status is a number here (page "Get Task Status & Results"). */
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
		// Larger ones are not documented: they can only be HTTP statuses.
		if (code !== undefined) return code >= 100 ? code : 'refused';
		// Without a code, only words can mean a refusal, and only if no task is named: a job that may be paid must not count as refused.
		const isTask = textAt(body, 'data.task_id') !== undefined || numberAt(body, 'data.status') !== undefined;
		return isTask || pixwithAdapter.words(body).message === undefined ? undefined : 'refused';
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
		// The envelope of a failed task still says "success": that is no reason.
		return wordsOf(reason?.toLowerCase() === 'success' ? undefined : reason, textAt(body, 'data.error_code'));
	},

	balance: { request: { method: 'POST', path: '/api/task/get_credits', body: {} }, read: (body) => numberAt(body, 'data.credits') },

	// A presigned S3 form: every field once, the file last, and no API key to the storage.
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
		// `code: 0` also stands for errors of the service, which say nothing about the job.
		if (/internal|server error|system error|exception|time-?d? ?out/i.test(message)) return 'outcomeUnknown';
		if (/(task|record).*(not (found|exist)|invalid)|no such task/i.test(message)) return 'notFound';
		// Any text in this field counts: PixWith's own skill reads it so.
		if (/credits/i.test(message)) return 'insufficientCredits';
		return undefined;
	},
};
