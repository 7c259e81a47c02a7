import type { Cost } from '../../core/cost';
import { pathPart } from '../../core/http/send';
import { amountAt, numberAt, textAt, type JsonObject } from '../../core/json';
import { noWord, type Accepted, type ProviderAdapter, type StatusReading } from '../../core/provider/provider';
import { imageUrlsAt } from '../../core/provider/resultUrls';
import { taskIdAt } from '../../core/provider/taskIdAt';
import { commonWords } from '../../core/provider/words';

// The job is at the top level of a reply; one client library expects it inside another object.
const wrappers = ['', 'job.', 'data.'] as const;
const under = (key: string): string[] => wrappers.map((wrapper) => `${wrapper}${key}`);
const idPaths = [...under('jobId'), 'id'];

function reportedCost(body: JsonObject): Cost | undefined {
	const amount = amountAt(body, ...under('creditCost'));
	return amount === undefined ? undefined : { amount, unit: 'credits' };
}

export const pixelDojoAdapter: ProviderAdapter = {
	taskIdPaths: idPaths,

	fixedFields: () => ({}),

	readSubmit(body) {
		const taskId = taskIdAt(body, ...idPaths);
		if (taskId === undefined) return undefined;
		const accepted: Accepted = { taskId };
		const cost = reportedCost(body);
		if (cost !== undefined) accepted.cost = cost;
		const creditsRemaining = numberAt(body, ...under('creditsRemaining'));
		if (creditsRemaining !== undefined) accepted.creditsRemaining = creditsRemaining;
		return accepted;
	},

	// The reply's statusUrl is not used, because it could send the key to another origin. A path made from the id cannot.
	status: (taskId) => ({ method: 'GET', path: `/jobs/${pathPart(taskId)}` }),

	readStatus(body) {
		const word = textAt(body, ...under('status')) ?? noWord;
		switch (word.toLowerCase()) {
			case 'pending':
			case 'queued':
			case 'processing':
				return { state: 'pending', word };
			case 'completed': {
				const paths = ['output.images', 'output.image', 'output', 'assets'].flatMap(under);
				const reading: StatusReading = { state: 'succeeded', urls: imageUrlsAt(body, ...paths) };
				const cost = reportedCost(body);
				if (cost !== undefined) reading.cost = cost;
				const expiresAt = textAt(body, ...under('expiresAt'));
				if (expiresAt !== undefined) reading.expiresAt = expiresAt;
				return reading;
			}
			case 'failed':
				return { state: 'failed', words: pixelDojoAdapter.words(body) };
			default:
				return { state: 'unknownWord', word };
		}
	},

	words: (body) => commonWords(body, 'error.code', 'errorCode'),

	readCallback: (body) => textAt(body, ...idPaths),
};
