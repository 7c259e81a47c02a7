import type { Problem, SimulatedProvider } from './simulatedProvider';
import { errorPage, type Reply } from './reply';
import type { Directive } from './scenario';

/** Faults without a reply: a broken connection, or silence. */
export type Fault = Reply | 'reset' | 'stall';

/** `Retry-After` in seconds or as a date, as the directive asks. */
function retryAfter(directive: Directive): Record<string, string> {
	const { 'retry-after': seconds, 'retry-after-date': date } = directive.parameters;
	if (seconds !== undefined) return { 'Retry-After': seconds };
	if (date === undefined) return {};
	const second = 1000;
	return { 'Retry-After': new Date(Math.ceil(Date.now() / second) * second + Number(date) * second).toUTCString() };
}

function problemOf(status: number): Problem {
	switch (status) {
		case 400:
			return { kind: 'invalid', faults: [{ path: 'prompt', message: 'was refused by a directive' }] };
		case 401:
			return { kind: 'authentication' };
		case 402:
			return { kind: 'insufficientCredits', needed: 1, available: 0 };
		case 403:
			return { kind: 'contentRejected' };
		case 404:
			return { kind: 'notFound' };
		case 409:
			return { kind: 'conflict' };
		case 429:
			return { kind: 'rateLimited' };
		default:
			return { kind: 'unavailable', status };
	}
}

/** The fault that a directive causes in a request; undefined if it takes effect later. */
export function faultOf(directive: Directive, provider: SimulatedProvider): Fault | undefined {
	const { value } = directive;
	if (/^\d{3}$/.test(value)) {
		const reply = provider.refuse(problemOf(Number(value)));
		return { ...reply, headers: retryAfter(directive) };
	}
	switch (value) {
		case 'no-model':
			return provider.refuse({ kind: 'invalid', faults: [{ path: 'model', message: 'is not available' }] });
		case '502html':
			return { status: 502, body: errorPage };
		case 'html':
			return { status: 200, body: '<html><body>Please wait while we check your browser…</body></html>' };
		case '200-error':
			return { ...provider.refuse({ kind: 'unavailable', status: 500 }), status: 200 };
		case 'reset':
		case 'reset-before':
			return 'reset';
		case 'stall-before':
			return 'stall';
		default:
			return undefined;
	}
}
