import type { Failure } from './failure';

function nextStep({ kind, remedy, mayBeCharged }: Failure): string {
	switch (kind) {
		case 'invalidInput':
			return 'Correct it where it comes from your input, else tell the user.';
		case 'timedOut':
			return 'The task may still finish: call again with exactly the same input to go on waiting, which costs nothing.';
		case 'outcomeUnknown':
			return 'Do not send it again in other words, which may pay twice: have the user look into the account.';
		case 'generationFailed':
			return mayBeCharged ? 'Change the prompt before calling again.' : 'Call again to try once more.';
		case 'rateLimited':
		case 'providerUnavailable':
			return 'Call again later.';
		default:
			return remedy;
	}
}

/** What a language model should do about a failure, and what it may tell about the money: it sees no panel, no item and no log. */
export function adviceForAgent(failure: Failure): string {
	return `${nextStep(failure)} ${failure.mayBeCharged ? 'The provider may charge for it.' : 'Nothing was charged.'}`;
}
