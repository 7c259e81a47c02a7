import type { Failure } from './failure';
import { oneLine } from '../text';

export interface FailedJob {
	/** The provider's display name. */
	provider: string;
	taskId?: string;
	failure: Failure;
	/** Whether the failure was found before anything was sent. */
	nothingSent?: boolean;
	/** Seconds that were waited, for a deadline. */
	timeoutSeconds?: number;
}

/** Words and code as a message quotes them: "Insufficient credits (402)". */
function quoted({ message, code }: Failure): string {
	const words = message.replace(/[.\s]+$/, '');
	return code === undefined || words.includes(code) ? words : `${words} (${code})`;
}

function whatHappened({ provider, failure, timeoutSeconds, taskId, nothingSent }: FailedJob): string {
	const words = quoted(failure);
	if (nothingSent === true) return `Nothing was sent to ${provider}: ${words}`;
	switch (failure.kind) {
		case 'invalidInput':
			return `${provider} refused the request: ${words}`;
		case 'authentication':
			return `${provider} did not accept the API key: ${words}`;
		case 'insufficientCredits':
			return `${provider} has not enough credits for this: ${words}`;
		case 'contentRejected':
			return `${provider} refused the content: ${words}`;
		case 'notFound':
			return taskId === undefined ? `${provider} did not find what was asked for: ${words}` : `${provider} does not know this task: ${words}`;
		case 'rateLimited':
			return `${provider} takes no more requests for now: ${words}`;
		case 'providerUnavailable':
			return `${provider} could not be reached, nothing was sent: ${words}`;
		case 'outcomeUnknown':
			return `It is not known whether ${provider} accepted the job: ${words}`;
		case 'generationFailed':
			return `${provider} could not generate the image: ${words}`;
		case 'timedOut':
			return `${provider} had not finished${timeoutSeconds === undefined ? ' in time' : ` after ${timeoutSeconds} seconds`}: ${words}`;
		case 'downloadFailed':
			return `${provider} generated the image, but it could not be downloaded: ${words}`;
		case 'unexpectedReply':
			return `${provider} answered in an unexpected way: ${words}`;
		case 'spendingLimit':
		case 'cancelled':
			return `${provider}: ${words}`;
	}
}

/** The one sentence that Stop, Continue and the error output all show: provider, what happened, its own words, the task. */
export function describeFailure(job: FailedJob): string {
	const sentence = `${whatHappened(job)}.`;
	return job.taskId === undefined || sentence.includes(job.taskId) ? sentence : `${sentence} Task ${oneLine(job.taskId)}.`;
}
