import { completionProperties } from '../../../nodes/host/panel/completionProperties';
import { jobProperties } from '../../../nodes/host/panel/jobProperties';
import { providers } from '../../../nodes/providers';

test.each(['provider', 'providers'] as const)('Callback is shown for the providers with callbacks that are chosen in %s', (chooser) => {
	const [completion, callback, callbackUrl] = completionProperties(chooser);
	const calling = providers.filter(({ submit }) => submit.callbackField !== undefined).map(({ id }) => id);
	expect(completion).toMatchObject({ name: 'completion', displayOptions: { hide: { '@tool': [true] } } });
	expect(callback).toMatchObject({ name: 'callback', default: 'none', displayOptions: { show: { completion: ['returnTask'], [chooser]: calling } } });
	expect(callbackUrl).toMatchObject({ name: 'callbackUrl', displayOptions: { show: { completion: ['returnTask'], callback: ['url'], [chooser]: calling } } });
});

test('an agent is asked for the prompt, and for no files', () => {
	const shownTo = (isTool: boolean) =>
		jobProperties.filter(({ displayOptions }) => {
			const { show = {}, hide = {} } = displayOptions ?? {};
			return (hide['@tool'] === undefined || !isTool) && (show['@tool'] === undefined || isTool);
		});
	const namesFor = (isTool: boolean) => shownTo(isTool).map(({ name }) => name);
	expect(namesFor(true)).toEqual(namesFor(false));
	expect(shownTo(true).find(({ name }) => name === 'imageSource')).toMatchObject({ type: 'hidden', default: 'url' });
	expect(shownTo(true).find(({ name }) => name === 'prompt')?.default).toContain('$fromAI');
});
