import { oneLine } from '../text';
import type { Failure } from './failure';
import { factsOf } from './kindFacts';
import { subjectOf } from './subjectOf';

export interface FailedJob {
	/** The provider's display name. */
	provider: string;
	taskId?: string;
	failure: Failure;
	/** Whether the failure was found before anything was sent. */
	nothingSent?: boolean;
	/** How long the node waited, if a deadline passed. */
	timeoutSeconds?: number;
}

/** The provider's words and code as a message quotes them: "Insufficient credits (402)". */
function quoted({ message, code }: Failure): string {
	const words = message.replace(/[.。\s]+$/, '');
	return code === undefined || words.includes(code) ? words : `${words} (${code})`;
}

function whatHappened({ provider, failure, timeoutSeconds, taskId, nothingSent }: FailedJob): string {
	if (nothingSent === true) return `Nothing was sent to ${provider}`;
	return factsOf(failure.kind).whatHappened({ provider, isTask: taskId !== undefined, subject: subjectOf(failure), timeoutSeconds });
}

/** The one sentence that Stop, Continue and the error output all show: provider, what happened, its own words, the task. */
export function describeFailure(job: FailedJob): string {
	const sentence = `${whatHappened(job)}: ${quoted(job.failure)}.`;
	return job.taskId === undefined || sentence.includes(job.taskId) ? sentence : `${sentence} Task ${oneLine(job.taskId)}.`;
}
