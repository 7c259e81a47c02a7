import { describeFailure } from '../../../nodes/core/failure/describeFailure';
import { failureKinds, type Failure } from '../../../nodes/core/failure/failure';
import type { Provider } from '../../../nodes/core/provider/provider';
import { firstBroken } from '../../support/bodyRules';
import type { Verdict } from './property';

const lineBreaker = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/;

export const isOneLine = (text: string): boolean => text.trim() !== '' && text.length < 700 && !lineBreaker.test(text);

/** What holds for every failure, whatever its cause. */
export function brokenFailure(provider: Provider, failure: Failure, taskId?: string): Verdict {
	const { kind, code, message, retryable, mayBeCharged, tryElsewhere, remedy } = failure;
	const said = describeFailure({ provider: provider.displayName, failure, ...(taskId === undefined ? {} : { taskId }) });
	return firstBroken({
		'the kind is one of the closed list': (failureKinds as readonly string[]).includes(kind),
		'the message is one line': isOneLine(message),
		'the message holds no markup': !/<[a-z/][^<>]*>/i.test(message),
		'the message does not look like a stopped execution': !/canceled/i.test(message),
		'the message cuts no character in two': /[^\p{Surrogate}]…$/u.test(message) || !message.endsWith('…'),
		'the code is left out or one line': code === undefined || isOneLine(code),
		'the remedy is one line': isOneLine(remedy) && remedy.endsWith('.'),
		'the facts are yes or no': [retryable, mayBeCharged, tryElsewhere].every((fact) => typeof fact === 'boolean'),
		'nothing that may be charged is tried elsewhere': !(mayBeCharged && tryElsewhere),
		'what nobody knows may be charged and is not tried again': kind !== 'outcomeUnknown' || (mayBeCharged && !retryable && !tryElsewhere),
		'the sentence names the provider': said.includes(provider.displayName),
		'the sentence is one line with a period': said.endsWith('.') && !lineBreaker.test(said) && said.length < 2000,
		'the sentence names the task':
			taskId === undefined || !isOneLine(taskId) || taskId.length > 100 || /[<>\s]|canceled/i.test(taskId) || said.includes(taskId),
	});
}
