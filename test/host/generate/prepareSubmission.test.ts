/** What the journal holds of a job before it is sent. How its reference images are uploaded is tested with journalledSubmit. */
import type { Provider } from '../../../nodes/core/provider/provider';
import { draftOf, prepareSubmission } from '../../../nodes/host/generate/prepareSubmission';
import type { Session } from '../../../nodes/host/generate/session';
import { fakeChannel, fakeRun, jobFor, planFor, sessionFor } from '../../support/fakeRun';
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

describe('what is about to be sent', () => {
	const prepared = async (more: Partial<Session> = {}) => {
		const fake = fakeRun();
		const channel = fakeChannel(fake.run.clock);
		return await prepareSubmission(jobFor({ itemIndex: 5 }), planFor(), { channel }, sessionFor(fake, { executionId: '8', pass: 2, ...more }));
	};

	test('is owned by its execution, pass, item, provider and credential', async () => {
		await expect(prepared({ credentialOf: (provider) => `of ${provider}` })).resolves.toMatchObject({
			owner: { typed: 'typed', request: 'request', execution: '8', pass: 2, item: 5, provider: 'example', credential: 'of example' },
		});
		await expect(prepared({ credentialOf: () => undefined })).resolves.toMatchObject({ owner: { credential: '' } });
	});

	test('is not counted yet, and has no list of earlier providers', async () => {
		const submission = await prepared();
		expect(submission).toMatchObject({ request: { body: { prompt: 'a red fox' } }, counted: { amount: 0.07, unit: 'USD' }, isCounted: false });
		expect('draft' in submission ? submission.draft : {}).not.toHaveProperty('attempts');
	});
});
