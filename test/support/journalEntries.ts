/** What an earlier try may have left in the journal for the job that `jobFor` makes. */
import { submitFailure } from '../../nodes/core/reply/providerFailure';
import type { AcceptedEntry, EntryOwner, OpenEntry } from '../../nodes/core/submit/journal';
import { taskRefOf } from '../../nodes/core/task/taskRef';
import { draftOf } from '../../nodes/host/generate/prepareSubmission';
import { fakeStart } from './fakeClock';
import { planFor } from './fakeRun';
import { simpleProvider } from './madeUpProvider';

export const counted = { amount: 0.07, unit: 'USD' as const };
export const owner: EntryOwner = { execution: '1', pass: 0, item: 0, provider: 'example', credential: 'c' };
export const draft = draftOf(planFor(), { method: 'POST', path: '/tasks', body: { prompt: 'sent before' } });
export const doubt = submitFailure(simpleProvider, 'outcomeUnknown', { message: 'the connection was cut off' });

export const accepted: AcceptedEntry = { state: 'accepted', owner, execution: '1', counted, ref: taskRefOf(draft, { taskId: 'task_1' }, fakeStart) };
export const sending: OpenEntry = { state: 'sending', owner, draft, counted };
export const unknown: Extract<OpenEntry, { state: 'unknown' }> = { state: 'unknown', owner, draft, counted, failure: doubt };
export const repeatable: typeof unknown = { ...unknown, repeatable: { method: 'POST', path: '/tasks', body: { prompt: 'of then' } } };
