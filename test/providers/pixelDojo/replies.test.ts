import { testStatusReplies, testSubmitReplies } from '../../support/replyRows';

testSubmitReplies('pixelDojo', {
	failed: [
		[402, { error: 'Not enough credits' }, 'insufficientCredits'],
		[400, { error: { code: 'INSUFFICIENT_CREDITS', message: 'Top up' } }, 'insufficientCredits'],
		[400, { error: { code: 'bad_request', message: 'unknown key' } }, 'invalidInput'],
		[403, { error: { code: 'insufficient_credits', message: 'Top up to go on' } }, 'insufficientCredits', /Top up to go on/],
	],
	accepted: [
		[{}, undefined],
		[{ data: { job_id: 'n1' }, error: '' }, 'n1'],
	],
});

testStatusReplies('pixelDojo', {
	aboutTask: [{ jobId: 'job_1', status: 'failed', error: 'No capacity' }],
});
