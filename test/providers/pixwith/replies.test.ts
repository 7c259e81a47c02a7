import { testStatusReplies, testSubmitReplies } from '../../support/replyRows';

testSubmitReplies('pixwith', {
	failed: [
		[200, { code: 0, message: 'Invalid API KEY' }, 'authentication'],
		[200, { code: 2, msg: 'Invalid API key. Get a valid API key at https://pixwith.ai/api' }, 'authentication'],
		[200, { code: 0, message: 'Credits not enough' }, 'insufficientCredits'],
		[200, { code: 0, message: 'Invalid image format' }, 'invalidInput'],
		[200, { code: 0, message: 'Invalid image url' }, 'invalidInput'],
		[200, { code: '0', message: 'Too many requests' }, 'rateLimited'],
		[400, { code: 0, message: 'Credits not enough' }, 'insufficientCredits'],
		[200, { code: 0, message: 'Credits not enough', data: { task_id: 'n1' } }, 'insufficientCredits', /the reply names the ID "n1"/],
		[200, { message: 'Invalid API KEY', data: { id: 'n1' } }, 'authentication', /the reply names the ID "n1"/],
		[200, { message: 'Credits not enough', taskId: 'n1' }, 'insufficientCredits', /the reply names the ID "n1"/],
		[200, { code: 0, message: 'Too many requests', data: { id: 'req_1' } }, 'rateLimited'],
		[200, { message: 'Credits not enough' }, 'insufficientCredits'],
		[200, { code: '401', message: 'No' }, 'authentication'],
		[200, { code: 0, message: 'System busy, please try again later' }, 'rateLimited', /System busy/],
	],
	accepted: [
		[{}, undefined],
		[{ data: { task_id: 'cf0d' } }, 'cf0d'],
		[{ data: null }, undefined],
		[{ message: 'Task created', data: { task_id: 'n1' } }, 'n1'],
		[{ code: '1', message: 'ok', data: { taskId: 'n1' } }, 'n1'],
		[{ code: '200', message: 'success', data: { task_id: 'n1' } }, 'n1'],
		[{ code: 0, message: 'success', data: { task_id: 'n1' } }, 'n1'],
		[{ code: 0, message: 'Internal server error', data: { task_id: 'n1' } }, 'n1'],
	],
});

testStatusReplies('pixwith', {
	aboutTask: [
		{ message: 'ok', data: { status: 1 } },
		{ code: '200', message: 'ok', data: { status: '2' } },
	],
	refused: [
		[{ code: 0, message: 'Invalid API KEY' }, 'final', 'authentication'],
		[{ code: 0, message: 'Task not found' }, 'doubtful', 'notFound'],
		[{ code: 0, message: 'Something else' }, 'doubtful', 'unexpectedReply'],
		[{ code: 100, message: 'Task not found' }, 'doubtful', 'notFound'],
		[{ code: 199, message: 'Invalid API KEY', data: {} }, 'final', 'authentication'],
	],
	saysNothing: [[{ code: 0, message: 'Too many requests' }, true]],
});
