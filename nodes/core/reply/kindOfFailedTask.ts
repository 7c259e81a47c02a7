import type { FailureKind } from '../failure/failure';
import type { Words } from '../provider/provider';
import { meaningOf } from './meaningOf';

/** A task never fails because of the key or the rate limit: the submit would have failed already. */
const kinds: ReadonlySet<FailureKind> = new Set(['contentRejected', 'invalidInput', 'insufficientCredits']);

/** The failure kind of an accepted task, from the provider's words, which may quote the prompt. */
export function kindOfFailedTask(words: Words, prompt?: string): FailureKind {
	const kind = meaningOf(words, { sent: prompt === undefined ? [] : [prompt] })?.kind;
	return kind !== undefined && kinds.has(kind) ? kind : 'generationFailed';
}
