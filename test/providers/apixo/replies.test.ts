import { testStatusReplies, testSubmitReplies } from '../../support/replyRows';

testSubmitReplies('apixo', {
	failed: [
		[401, { code: 401, message: 'Invalid API key', data: null }, 'authentication'],
		[402, { code: 402, message: 'Payment required', data: null }, 'insufficientCredits'],
		[400, { code: 400, message: 'Insufficient credits', data: null }, 'insufficientCredits'],
		[400, { code: 402, message: 'Please top up', data: null }, 'insufficientCredits'],
		[200, { code: 402, message: 'Please top up', data: null }, 'insufficientCredits'],
		[200, { code: '401', message: 'No', data: null }, 'authentication'],
		[400, { code: 400, message: 'Bad request', data: { error: 'Missing required field: input.prompt' } }, 'invalidInput'],
		[403, { code: 403, message: 'Content violates policy', data: null }, 'contentRejected'],
		[403, { code: 403, message: 'No permission', data: null }, 'authentication'],
		[404, { code: 404, message: 'Model not found', data: null }, 'notFound'],
		[429, { code: 429, message: 'Slow down', data: null }, 'rateLimited'],
		[200, { code: 429, message: 'Slow down', data: null }, 'rateLimited'],
		[500, { code: 500, message: 'Internal error' }, 'outcomeUnknown'],
		[200, { code: 500, message: 'Internal error' }, 'outcomeUnknown'],
		[504, { code: 504, message: 'Insufficient credits' }, 'outcomeUnknown'],
		[200, { code: 302, message: 'success', data: null }, 'outcomeUnknown', /unknown code/],
		[200, { code: 402, message: 'Please top up', data: { taskId: 'n1' } }, 'insufficientCredits', /the reply names the ID "n1"/],
		[200, { code: 401, data: { id: 'n1' } }, 'authentication', /the reply names the ID "n1"/],
		[200, { code: 402, data: { taskId: 'n1' } }, 'insufficientCredits', /the reply names the ID "n1"/],
		[500, { code: 500, message: 'Internal error', data: { taskId: 'n1' } }, 'outcomeUnknown', /the reply names the ID "n1"/],
		[200, { code: 429, data: { id: 'req_1' } }, 'rateLimited'],
		[200, { code: 429, message: 'Slow down', data: { taskId: 'req_1' } }, 'rateLimited'],
		[400, { code: 400, message: 'concurrent task limit reached (2), please wait', data: null }, 'rateLimited', /concurrent task limit reached/],
		[429, { code: 429, message: 'Insufficient balance', data: null }, 'insufficientCredits', /Insufficient balance/],
		[400, { code: 400, message: '余额不足', data: null }, 'insufficientCredits', /余额不足/],
		[200, { code: 10001, message: 'Insufficient balance', data: null }, 'insufficientCredits', /Insufficient balance/],
		[403, { code: 403, message: 'Your account has been suspended. Contact support.', data: null }, 'authentication', /suspended/],
		[200, { code: 10001, message: 'Task queued, please wait', data: null }, 'outcomeUnknown'],
		[200, { code: 1, message: 'System busy, please try again later', data: null }, 'outcomeUnknown'],
		[200, { code: 500, message: 'Insufficient balance', data: null }, 'outcomeUnknown'],
	],
	accepted: [
		[{}, undefined],
		[{ code: 200, data: null }, undefined],
		[{ code: 202, message: 'success', data: { taskId: 'n1' } }, 'n1'],
		[{ code: '202', message: 'accepted', data: { task_id: 'n1' } }, 'n1'],
		[{ code: 0, message: 'success', data: { taskId: 'n1' } }, 'n1'],
		[{ code: 500, message: 'Internal error', data: { taskId: 'n1' } }, 'n1'],
		[{ code: 200, taskId: 'n1' }, 'n1'],
	],
});

testStatusReplies('apixo', {
	aboutTask: [
		{ code: 202, data: { state: 'processing' } },
		{ code: 0, data: { state: 'success' } },
	],
	refused: [
		[{ code: -1, message: 'Task does not exist' }, 'doubtful', 'unexpectedReply'],
		[{ code: 0, message: 'Invalid API key' }, 'final', 'authentication'],
	],
	saysNothing: [[{ code: 503, message: 'Busy' }, false]],
});
