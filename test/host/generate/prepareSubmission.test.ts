/** What the journal holds of a job before it is sent. How its reference images are uploaded is tested with journalledSubmit. */
import type { Provider } from '../../../nodes/core/provider/provider';
import { draftOf, ownerOf } from '../../../nodes/host/generate/prepareSubmission';
import { fakeRun, jobFor, planFor, sessionFor } from '../../support/fakeRun';
import { simpleProvider } from '../../support/madeUpProvider';

test('what is known of a task before it is accepted comes from the request and the plan', () => {
	const provider: Provider = { ...simpleProvider, estimatedSeconds: () => 12 };
	const plan = planFor({ callback: 'url' }, provider);
	plan.checked.warnings.push('Careful.');
	expect(draftOf(plan, { method: 'POST', path: '/', body: { prompt: 'replaced' } })).toEqual({
		provider: 'example',
		status: 'submitted',
		prompt: 'replaced',
		model: 'model-1',
		imagesRequested: 2,
		estimatedSeconds: 12,
		estimatedCost: { amount: 0.07, unit: 'USD' },
		callback: 'url',
		warnings: ['Careful.'],
	});
	expect(draftOf(planFor(), { method: 'POST', path: '/', body: {} })).toMatchObject({ prompt: 'a red fox' });
});

test('an entry is owned by its execution, pass, item, provider and credential', () => {
	const session = sessionFor(fakeRun(), { executionId: '8', pass: 2, credentialOf: (provider) => `of ${provider}` });
	expect(ownerOf(jobFor({ itemIndex: 5 }), planFor(), session)).toEqual({
		typed: 'typed',
		request: 'request',
		execution: '8',
		pass: 2,
		item: 5,
		provider: 'example',
		credential: 'of example',
	});
	expect(ownerOf(jobFor(), planFor(), { ...session, credentialOf: () => undefined }).credential).toBe('');
});
