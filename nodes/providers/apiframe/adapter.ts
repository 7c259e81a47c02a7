import { pathPart } from '../../core/http/send';
import { amountAt, numberAt, textAt, valueAt, type JsonValue } from '../../core/json';
import { noWord, type ProviderAdapter, type StatusReading } from '../../core/provider/provider';
import { imageUrlsIn } from '../../core/provider/resultUrls';
import { taskIdAt } from '../../core/provider/taskIdAt';
import { commonWords } from '../../core/provider/words';
import { checkApiframeSignature } from './signature';

const idPaths = ['jobId', 'id'];

export const apiframeAdapter: ProviderAdapter = {
	taskIdPaths: idPaths,

	fixedFields({ callbackUrl }, wireId) {
		const fixed: Record<string, JsonValue> = { model: wireId };
		// No `progress` calls, which would wake a parked execution for nothing.
		if (callbackUrl !== undefined) fixed.webhookEvents = ['completed', 'failed'];
		return fixed;
	},

	readSubmit(body) {
		const taskId = taskIdAt(body, ...idPaths);
		return taskId === undefined ? undefined : { taskId };
	},

	status: (taskId) => ({ method: 'GET', path: `/v2/jobs/${pathPart(taskId)}` }),

	readStatus(body) {
		const word = textAt(body, 'status') ?? noWord;
		switch (word.toUpperCase()) {
			case 'QUEUED':
			case 'PROCESSING':
				return { state: 'pending', word };
			case 'COMPLETED': {
				// Two forms are published: a URL, and an object with `images`.
				const result = valueAt(body, 'result');
				const urls = imageUrlsIn(result, valueAt(result, 'images'));
				const reading: StatusReading = { state: 'succeeded', urls };
				const amount = amountAt(body, 'creditCost');
				if (amount !== undefined) reading.cost = { amount, unit: 'credits' };
				return reading;
			}
			case 'FAILED':
			case 'CANCELLED':
				return { state: 'failed', words: apiframeAdapter.words(body) };
			default:
				return { state: 'unknownWord', word };
		}
	},

	upload: {
		place: () => ({ target: { path: '/v2/uploads' }, fields: [] }),
		readUrl: (reply) => textAt(reply, 'url'),
	},

	balance: { request: { method: 'GET', path: '/v2/me' }, read: (body) => numberAt(body, 'team.credits') },

	words: (body) => commonWords(body, 'code', 'error.code'),

	readCallback: (body) => textAt(body, 'jobId'),
	checkSignature: checkApiframeSignature,
};
