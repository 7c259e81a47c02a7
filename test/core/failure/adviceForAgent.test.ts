import { adviceForAgent } from '../../../nodes/core/failure/adviceForAgent';
import { submitFailure, taskFailure } from '../../../nodes/core/reply/providerFailure';
import { failureKinds } from '../../../nodes/core/failure/failure';
import { fullProvider, makeProvider } from '../../support/madeUpProvider';

const freeFailures = makeProvider({ facts: { failedTasksAreFree: true } });

test.each(failureKinds)('says what to do and whether %s may be charged', (kind) => {
	const before = submitFailure(fullProvider, kind, {});
	expect(adviceForAgent(before, false)).toMatch(before.mayBeCharged ? /\. The provider may charge for it\.$/ : /\. Nothing was charged\.$/);
	expect(adviceForAgent(taskFailure(fullProvider, kind, {}), true)).toMatch(/\. The provider may charge for it\.$/);
});

test('sends an agent back to the same task if that is free, and stops it if it would pay twice', () => {
	expect(adviceForAgent(taskFailure(fullProvider, 'timedOut', {}), true)).toContain('exactly the same input');
	expect(adviceForAgent(submitFailure(fullProvider, 'outcomeUnknown', {}), false)).toContain('Do not call again');
	expect(adviceForAgent(taskFailure(freeFailures, 'generationFailed', {}), true)).toBe('Call again to try once more. Nothing was charged.');
	expect(adviceForAgent(taskFailure(fullProvider, 'generationFailed', {}), true)).toBe(
		'Change the prompt before calling again. The provider may charge for it.',
	);
});
