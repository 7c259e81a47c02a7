import { withArticle } from '../text';
import type { FailureKind, FailureStatus } from './failure';
import type { Subject } from './subjectOf';

/** The facts that the sentences about a failure may mention. */
export interface FailureContext {
	/** The provider's display name. */
	provider: string;
	/** Whether the provider had accepted the task. */
	isTask: boolean;
	subject?: Subject | undefined;
}

export interface SentenceContext extends FailureContext {
	/** How long the node waited, if a deadline passed. */
	timeoutSeconds?: number | undefined;
}

export interface RemedyContext extends FailureContext {
	/** Where a user gets a key and credits. */
	accountUrl: string;
	/** The provider's page about the model. */
	docsUrl: string;
	/** The address of the provider's list of models, short enough to type. */
	modelList: string;
	/** The option that takes another model ID, if there is one. */
	modelOption?: string | undefined;
	mayBeCharged: boolean;
}

export interface AdviceContext {
	remedy: string;
	mayBeCharged: boolean;
	isTask: boolean;
}

export interface KindFacts {
	/** What it means, for users whose workflows branch on it. */
	meaning: string;
	/** Whether the same job may succeed when tried again later, at no risk of paying twice; `whenFree`: if the failed task cost nothing. */
	retryable: boolean | 'whenFree';
	/** Whether another provider may take the job, because this one certainly did not. */
	tryElsewhere: boolean;
	/** Whether the same request would fail this way again, so that automatic retries within one execution don't send it. */
	lasting: boolean;
	/** Whether it ends an accepted task: nothing is left to collect, and some providers don't charge for the task. */
	endsTask: boolean;
	/** Whether the provider may charge although no reply confirmed a task. */
	mayBeChargedUnseen: boolean;
	status: FailureStatus;
	/** The beginning of the sentence; the provider's words follow. */
	whatHappened(context: SentenceContext): string;
	/** What to do now, in whole sentences. */
	remedy(context: RemedyContext): string;
	/** What a language model should do; it sees no panel and no log. */
	advice(context: AdviceContext): string;
}

const credentialOf = ({ provider }: FailureContext): string => `the ${provider} API credential`;
const tellTheUser = ({ remedy }: AdviceContext): string => `Tell the user: ${remedy}`;
const followTheRemedy = ({ remedy }: AdviceContext): string => remedy;
const callLater = (): string => 'Call again later.';

/** *Execute step* starts a new run, *Retry* continues the failed one. */
export const whatPaysAgain = 'Neither pays again, but executing the Generate step does.';

/** How to collect a task without paying again. */
const freeRemedy = `pass this item to a Seedream Wait for Task node, or retry the failed execution under Executions. ${whatPaysAgain}`;

const common = { retryable: false, tryElsewhere: false, lasting: false, endsTask: false, mayBeChargedUnseen: false, status: 'failed' } as const;

/** Everything that is known about each kind of failure. A saved workflow may branch on the names. */
export const kindFacts = {
	invalidInput: {
		...common,
		meaning: 'A parameter, the prompt or a reference image is wrong. Found before sending, or reported by the provider.',
		lasting: true,
		endsTask: true,
		whatHappened: ({ provider, isTask }) => (isTask ? `${provider} could not use this input` : `${provider} refused the request`),
		remedy({ provider, docsUrl, subject }) {
			if (subject === 'noReason')
				return `${provider} does not say why. Compare the request, which Dry Run shows, with its page ${docsUrl}, and check your account.`;
			return subject === 'referenceImage'
				? 'Correct the reference image that the message names (its URL, format, size or aspect ratio), then run again.'
				: 'Correct what the message names, then run again.';
		},
		advice: ({ isTask }) =>
			isTask
				? 'Correct the input that the message names before calling again.'
				: 'If the mistake is in your input, correct it and call again; otherwise tell the user.',
	},
	authentication: {
		...common,
		meaning: 'The provider refused access: the API key is wrong, or the account may not do this.',
		tryElsewhere: true,
		lasting: true,
		whatHappened: ({ provider, subject }) => (subject === 'key' ? `${provider} did not accept the API key` : `${provider} refused access`),
		remedy(context) {
			const { provider, accountUrl, isTask, subject } = context;
			const collect = isTask ? ` The task is not lost: after that, ${freeRemedy}` : '';
			if (subject === 'credentialChoice') {
				return `Choose ${withArticle(provider)} API credential in the node, or create one with a key from ${accountUrl}.`;
			}
			if (subject === 'key') return `Check the API Key and the Base URL in ${credentialOf(context)}.${collect}`;
			return `Check your ${provider} account (${accountUrl}): it may be suspended, or not allowed to use this model.${collect}`;
		},
		advice: tellTheUser,
	},
	insufficientCredits: {
		...common,
		meaning: 'The account does not have enough credits or money.',
		tryElsewhere: true,
		whatHappened: ({ provider }) => `Your ${provider} account does not have enough credits`,
		remedy: ({ accountUrl, isTask }) => (isTask ? `Add credits at ${accountUrl}.` : `Add credits at ${accountUrl}, or use another provider.`),
		advice: tellTheUser,
	},
	contentRejected: {
		...common,
		meaning: 'The provider or the model refused the prompt, a reference image or the result because of its content.',
		lasting: true,
		endsTask: true,
		whatHappened: ({ provider }) => `${provider} refused the content`,
		remedy: () => 'Change the prompt or the reference images.',
		advice: followTheRemedy,
	},
	notFound: {
		...common,
		meaning: 'The provider does not know the task, the model or the address.',
		lasting: true,
		whatHappened({ provider, isTask, subject }) {
			if (isTask) return `${provider} does not know this task`;
			return subject === 'model' ? `${provider} does not offer this model` : `${provider} did not find what the request asks for`;
		},
		remedy(context) {
			const { provider, isTask, modelList, modelOption, subject } = context;
			if (isTask) return `Check the task ID, and that the credential belongs to the ${provider} account that submitted the task.`;
			const models = `${provider} lists its models at ${modelList}${modelOption === undefined ? '' : `; enter another ID in the option ${modelOption}`}`;
			return subject === 'model'
				? `The model may have been renamed or switched off. ${models}.`
				: `Check the Base URL in ${credentialOf(context)}. If it is right, the model may have been renamed: ${models}.`;
		},
		advice: tellTheUser,
	},
	rateLimited: {
		...common,
		meaning: 'The provider is busy, or limits requests or tasks. The node waited until its Timeout.',
		retryable: true,
		tryElsewhere: true,
		whatHappened: ({ provider }) => `${provider} is not accepting more jobs at the moment`,
		remedy: ({ subject }) =>
			subject === 'longPause'
				? 'Try again when the pause that the message names is over: a run does not wait that long, whatever its Timeout.'
				: 'Try again later, or raise Timeout so that the node waits longer. If the provider limits unfinished tasks, set Max Tasks in Flight to its limit.',
		advice: callLater,
	},
	providerUnavailable: {
		...common,
		meaning: 'The provider was never reached: network, proxy, firewall or maintenance.',
		retryable: true,
		tryElsewhere: true,
		whatHappened: ({ provider }) => `${provider} could not be reached and did not take the job`,
		remedy: (context) =>
			context.subject === 'proxy'
				? 'Check the proxy that n8n is configured to use (HTTP_PROXY, HTTPS_PROXY, NO_PROXY), its user name and its password, then try again.'
				: `Check the network and the Base URL in ${credentialOf(context)}, then try again.`,
		advice: callLater,
	},
	outcomeUnknown: {
		...common,
		meaning: 'It is not known whether the request arrived. It is never sent again automatically.',
		mayBeChargedUnseen: true,
		status: 'unknown',
		whatHappened: ({ provider }) => `It is not known whether ${provider} accepted the job`,
		remedy: ({ provider }) =>
			`Check in your ${provider} account whether the job arrived before you run it again: executing the step sends a new job, which may be paid for twice. A retry under Executions does not send it, unless Submit Again if Unknown is on.`,
		advice: () => 'Do not call again, not even with a different prompt, because that may cost twice: ask the user to check the account.',
	},
	generationFailed: {
		...common,
		meaning: 'The provider accepted the task and could not finish it.',
		retryable: 'whenFree',
		endsTask: true,
		whatHappened: ({ provider }) => `${provider} could not generate the image`,
		remedy: ({ provider, mayBeCharged }) =>
			mayBeCharged
				? `To try once more, start a new run, which is a new paid job: ${provider} does not say whether it charges for a failed task.`
				: `Run the item again to try once more: ${provider} does not charge for a failed task.`,
		advice: ({ mayBeCharged }) => (mayBeCharged ? 'Change the prompt before calling again.' : 'Call again to try once more.'),
	},
	timedOut: {
		...common,
		meaning: 'The time set in Timeout ran out. An accepted task may still finish.',
		retryable: true,
		status: 'timedOut',
		whatHappened({ provider, isTask, timeoutSeconds }) {
			const time = timeoutSeconds === undefined ? 'in time' : `after ${timeoutSeconds} seconds`;
			return isTask ? `${provider} had not finished ${time}` : `The job could not be sent to ${provider} in time`;
		},
		remedy: ({ isTask }) =>
			isTask ? `The task may still finish: ${freeRemedy}` : 'The job was not sent and costs nothing. Raise Timeout, or process fewer items in one run.',
		advice: ({ isTask }) =>
			isTask ? 'The task may still finish: call again with exactly the same input to keep waiting, which is free.' : 'Call again later.',
	},
	downloadFailed: {
		...common,
		meaning: 'The image exists and is paid for, but could not be fetched. Fetching it again is free.',
		retryable: true,
		whatHappened: ({ provider }) => `${provider} generated the image, but it could not be downloaded`,
		remedy: () => `The image is paid for. To fetch it again, ${freeRemedy}`,
		advice: () => 'The image is paid for: call again with exactly the same input to fetch it at no cost.',
	},
	unexpectedReply: {
		...common,
		meaning: 'The provider answered in a way that its documentation does not describe.',
		whatHappened: ({ provider }) => `${provider} sent an unexpected reply`,
		remedy: (context) =>
			context.isTask
				? `Check your ${context.provider} account. A Seedream Wait for Task node can check this task again at no cost.`
				: `Check the Base URL in ${credentialOf(context)}.`,
		advice: tellTheUser,
	},
	spendingLimit: {
		...common,
		meaning: 'The run would exceed the limit that you set. Nothing was sent.',
		whatHappened: ({ provider }) => provider,
		remedy: ({ subject }) =>
			subject === 'unknownCost'
				? 'Turn on Allow Unknown Cost in the options, or set Spending Limit to 0.'
				: 'Raise the limit in the options, or generate fewer images.',
		advice: tellTheUser,
	},
	cancelled: {
		...common,
		meaning: 'The execution was stopped.',
		whatHappened: ({ provider }) => provider,
		remedy({ provider, isTask, mayBeCharged }) {
			if (isTask) return `The task continues at ${provider}: collect its images with a Seedream Wait for Task node, which does not pay again.`;
			return mayBeCharged ? `Check in your ${provider} account whether the job arrived before you run it again.` : 'Run it again whenever you like.';
		},
		advice: tellTheUser,
	},
} as const satisfies Record<FailureKind, KindFacts>;

export function factsOf(kind: FailureKind): KindFacts {
	return kindFacts[kind];
}
