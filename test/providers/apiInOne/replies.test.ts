import { readSubmitReply } from '../../../nodes/core/reply/readSubmitReply';
import { reply } from '../../support/fakeSend';
import { providerOf } from '../../support/provider';
import { testStatusReplies, testSubmitReplies } from '../../support/replyRows';

testSubmitReplies('apiInOne', {
	failed: [
		[200, { error: { code: 401, message: 'Invalid API key', type: 'invalid_request' } }, 'authentication'],
		[400, { error: { code: 400, message: 'prompt is required', type: 'invalid_request' } }, 'invalidInput'],
		[200, { code: 422, msg: 'prompt too long' }, 'invalidInput'],
		[200, { code: 455, msg: 'Maintenance' }, 'providerUnavailable'],
		[200, { error: { message: 'flagged as sensitive' } }, 'contentRejected'],
		[200, { code: 501, msg: 'Generation failed' }, 'outcomeUnknown'],
		[200, { code: 302, message: 'success' }, 'outcomeUnknown', /unknown code/],
		[200, { id: 'n1', error: { code: 400, message: 'prompt is required' } }, 'invalidInput', /the reply names the ID "n1"/],
		[200, { code: 429, id: 'req_1', message: 'Too many requests' }, 'rateLimited'],
		[200, { error: 'Invalid API key' }, 'authentication'],
		[200, { code: 200, error: { code: '401', message: 'No' } }, 'authentication'],
		[200, { error: { detail: { message: 'No prompt' } } }, 'invalidInput'],
		[200, { error: true, message: 'No prompt' }, 'invalidInput'],
		[403, { error: { code: 403, message: 'Maximum concurrent jobs reached for your plan', type: 'invalid_request' } }, 'rateLimited', /your plan/],
	],
	accepted: [
		[{}, undefined],
		[{ code: 200, message: 'success', data: { task_id: 'n1' }, error: '' }, 'n1'],
		[{ code: 200, message: 'success', data: { task_id: 'n1' }, error: {} }, 'n1'],
		[{ code: '200', data: { task_id: 'n1' }, error: { code: 0, message: '' } }, 'n1'],
		[{ code: 200, data: { task_id: 'n1' }, error: 'one image only' }, 'n1'],
		[{ task_id: 'n1', error: { code: 200, message: 'success' } }, 'n1'],
		[{ id: 'n1', status: 'reviewing', error: '' }, 'n1'],
		[{ code: 202, data: { task_id: 'n1' } }, 'n1'],
		[{ code: 501, data: { task_id: 'n1' }, msg: 'busy' }, 'n1'],
	],
});

testStatusReplies('apiInOne', {
	aboutTask: [
		{ id: 'task_abc123', status: 'failed', error: { message: 'No capacity' } },
		{ id: 'task_abc123', status: 'failed', error: { code: 400, message: 'No capacity' } },
		{ task_id: 'task_abc123', status: 'FAILED', error: 'No capacity' },
		{ code: 200, data: { task_id: 'n1', status: 'reviewing' }, error: '' },
		{ task_id: 'n1', status: 'reviewing', error: {} },
		{ code: 202, data: { task_id: 'n1', status: 'completed' } },
	],
	refused: [[{ code: 1, message: 'task not exist' }, 'doubtful', 'unexpectedReply']],
	saysNothing: [[{ code: 455, msg: 'Maintenance' }, false]],
});

test('an error nested deeper than the stack is still an error', () => {
	const deep: unknown = JSON.parse(`${'{"data":'.repeat(20_000)}1${'}'.repeat(20_000)}`);
	expect(readSubmitReply(providerOf('apiInOne'), reply(200, { error: deep }))).toMatchObject({ failure: { kind: 'invalidInput' } });
});
