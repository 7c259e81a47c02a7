import { Aborted } from '../../core/clock';
import type { Amount } from '../../core/cost';
import type { Failure } from '../../core/failure/failure';
import { tooLate, type ApiRequest } from '../../core/http/send';
import { textAt } from '../../core/json';
import type { GenerateTask } from '../../core/provider/provider';
import { submitFailure } from '../../core/reply/providerFailure';
import { buildSubmit } from '../../core/submit/buildSubmit';
import { idempotencyKey } from '../../core/submit/idempotencyKey';
import type { EntryOwner } from '../../core/submit/journal';
import type { TaskDraft } from '../../core/task/taskRef';
import { errorText } from '../../core/text';
import type { Run } from '../execution/run';
import { LimitReached, openTimeLimit } from '../execution/timeLimit';
import { estimateCost } from '../plan/estimateCost';
import type { GeneratePlan } from '../plan/generatePlan';
import { rateLimitedUpload, urlForFile, type UploadResult } from '../references/upload';
import type { AttemptRules } from './attempt';
import { deadlineOf, requestKeyOf, type Job } from './job';
import type { Session } from './session';

/** What is about to be sent. */
export interface Submission {
	request: ApiRequest;
	draft: TaskDraft;
	owner: EntryOwner;
	/** How much it adds to the sums. */
	counted: Amount;
	/** Whether the sums include it already. */
	isCounted: boolean;
	/** When it was sent first, if this is not the first time. */
	sentAt?: number;
}

/** What is known about a task before it is accepted. */
export function draftOf({ provider, checked, model, images, callback }: GeneratePlan, request: ApiRequest): TaskDraft {
	const estimatedSeconds = provider.estimatedSeconds?.(checked.task.values);
	const estimatedCost = estimateCost({ provider, images });
	return {
		provider: provider.id,
		status: 'submitted',
		// Additional Fields may have replaced it.
		prompt: textAt(request.body, provider.submit.promptField) ?? checked.task.prompt,
		model,
		imagesRequested: images.requested,
		...(estimatedSeconds === undefined ? {} : { estimatedSeconds }),
		...(estimatedCost === undefined ? {} : { estimatedCost }),
		callback,
		warnings: checked.warnings,
	};
}

/** Gets the URLs of an item's reference images in parallel, or the first failure, which may be a timeout. */
async function resolveReferences(
	{ references, provider }: GeneratePlan,
	{ channel, skipsClosedGate = false }: AttemptRules,
	run: Run,
	deadline: number,
): Promise<string[] | Failure> {
	const limit = openTimeLimit(run.clock, undefined, Math.max(0, deadline - run.clock.now()));
	const waitsUntil = skipsClosedGate ? undefined : deadline;
	const resolving = references.map(async (one): Promise<UploadResult> => (one.kind === 'url' ? one : await urlForFile(one.file, channel, run, waitsUntil)));
	const failureAtLimit = (error: unknown): UploadResult[] => {
		if (!(error instanceof LimitReached)) throw error;
		const failure = channel.gate.isClosed() ? rateLimitedUpload(channel) : submitFailure(provider, 'timedOut', { message: tooLate.message });
		return [{ kind: 'failed', failure }];
	};
	const results = await limit
		.race(Promise.all(resolving))
		.catch(failureAtLimit)
		.finally(() => limit.close());
	const failed = results.find((one) => one.kind === 'failed');
	return failed?.failure ?? results.flatMap((one) => (one.kind === 'url' ? [one.url] : []));
}

/** A request made from this run's own values. */
export async function prepareSubmission(job: Job, plan: GeneratePlan, rules: AttemptRules, session: Session): Promise<Submission | Failure> {
	const { identity, itemIndex } = job;
	const { executionId, pass, credentialOf } = session;
	const { id } = plan.provider;
	const { attempts } = rules;
	const imageUrls = await resolveReferences(plan, rules, session.run, deadlineOf(job, session.run)).catch((error: unknown) => {
		// Stopped during an upload: the paid request was not sent yet.
		if (error instanceof Aborted) throw new Aborted();
		const words = errorText(error);
		return submitFailure(plan.provider, 'invalidInput', { message: `n8n could not read a reference image: ${words}` });
	});
	if (!Array.isArray(imageUrls)) return imageUrls;
	const task: GenerateTask = { ...plan.checked.task, imageUrls };
	const request = buildSubmit(plan.provider, task);
	const header = plan.provider.submit.idempotencyHeader;
	if (header !== undefined) {
		const { firstExecution, freed } = session.journal;
		const name = `${job.key} ${requestKeyOf(job, plan, session)}`;
		request.headers = { [header]: idempotencyKey(firstExecution, session.nodeId, name, freed[job.key]) };
	}
	return {
		request,
		draft: { ...draftOf(plan, request), ...(attempts === undefined ? {} : { attempts }) },
		owner: { ...identity, execution: executionId, pass, item: itemIndex, provider: id, credential: credentialOf(id) ?? '' },
		counted: session.count(plan),
		isCounted: false,
	};
}
