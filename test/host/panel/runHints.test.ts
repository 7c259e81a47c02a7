import { runInNewContext } from 'node:vm';

import { anyProviderHints, generateHints, waitHints } from '../../../nodes/host/panel/runHints';
import { providers } from '../../../nodes/providers';

/** Whether the editor shows a hint for these parameters as they were typed. */
function isShown(condition: string, $rawParameter: object): boolean {
	const expression = /^=\{\{(.*)\}\}$/s.exec(condition)?.[1];
	if (expression === undefined) throw new Error(`${condition} is no expression`);
	return Boolean(runInNewContext(expression, { $rawParameter }));
}
const shown = (hints: typeof generateHints, parameters: object) =>
	hints.filter(({ displayCondition = '' }) => isShown(displayCondition, parameters)).map(({ message }) => message);

test.each(providers.map((provider) => [provider.displayName, provider] as const))('before a run with %s only its own hint is shown', (_, { id, duration }) => {
	expect(shown(generateHints, { provider: id, completion: 'waitForImages' })).toEqual([
		expect.stringMatching(new RegExp(`^${duration.slice(0, 20).replace(/[.()]/g, '.')}.*Stop`)),
	]);
});

test.each<[object, number]>([
	[{ completion: 'waitForImages' }, 1],
	[{ completion: 'waitForImages', options: { dryRun: false } }, 1],
	[{ completion: 'returnTask' }, 0],
	[{ options: { dryRun: true } }, 0],
	[{}, 1],
])('no hint about waiting is shown if the node does not wait: %j', (parameters, count) => {
	expect(shown(anyProviderHints, parameters)).toHaveLength(count);
	expect(shown(generateHints, { provider: 'apixo', ...parameters })).toHaveLength(count);
});

test('Wait for Task says that checks are free, unless it parks', () => {
	expect(shown(waitHints, { waitMode: 'poll' })).toEqual([expect.stringMatching(/free/)]);
	expect(shown(waitHints, {})).toHaveLength(1);
	expect(shown(waitHints, { waitMode: 'callback' })).toEqual([]);
	for (const hint of [...generateHints, ...waitHints]) expect(hint).toMatchObject({ type: 'info', location: 'outputPane', whenToDisplay: 'beforeExecution' });
});
