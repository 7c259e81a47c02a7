import { testStatusReplies, testSubmitReplies } from '../../support/replyRows';

testSubmitReplies('apiframe', {
	failed: [
		[402, { error: 'Insufficient credits', creditsRequired: 4, creditsAvailable: 0 }, 'insufficientCredits'],
		[403, { error: 'API key inactive' }, 'authentication'],
		[400, { error: 'Validation failed', details: { prompt: ['Required'] } }, 'invalidInput'],
		[409, { error: 'Idempotency key was used with another body' }, 'outcomeUnknown'],
		[409, { jobId: 'n1', error: 'Another body' }, 'outcomeUnknown', /the reply names the ID "n1"/],
		[400, { error: 'This model is temporarily unavailable' }, 'rateLimited', /temporarily unavailable/],
		[422, { detail: [{ loc: ['body', 'prompt'], msg: 'field required', type: 'value_error.missing' }] }, 'invalidInput', /^prompt: field required$/],
		[400, { errors: ['size is wrong', 'prompt is missing'] }, 'invalidInput', /^size is wrong; prompt is missing$/],
		[400, { ok: false, problem: { info: { hint: 'width must be even' } } }, 'invalidInput', /^width must be even$/],
	],
	accepted: [
		[{}, undefined],
		[{ data: { jobId: 'n1' }, error: null }, 'n1'],
	],
});

testStatusReplies('apiframe', {
	aboutTask: [{ id: 'a1', status: 'FAILED', error: 'No capacity' }],
});
