import type { Failure } from './failure';
import { factsOf } from './kindFacts';

/** Tells a language model what to do about a failure and whether it was charged: the model sees no panel, no item and no log. */
export function adviceForAgent(failure: Failure, isTask: boolean): string {
	const { remedy, mayBeCharged } = failure;
	const advice = factsOf(failure.kind).advice({ remedy, mayBeCharged, isTask });
	return `${advice} ${mayBeCharged ? 'The provider may charge for it.' : 'Nothing was charged.'}`;
}
