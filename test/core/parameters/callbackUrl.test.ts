import { callbackUrlFault, callbackUrlWarning, resumeUrlFor, withoutToken, withProvider } from '../../../nodes/core/parameters/callbackUrl';
import { fullProvider, makeProvider, plainProvider } from '../../support/madeUpProvider';

const anyAddress = makeProvider({ submit: { callbackNeedsHttps: false } });
const strict = { allowPrivate: false, isResumeUrl: true };

test("the resume URL gets a path of our own and keeps n8n's token", () => {
	expect(resumeUrlFor('https://n8n.example.com/webhook-waiting/42?signature=abc', fullProvider)).toBe(
		'https://n8n.example.com/webhook-waiting/42/seedream?signature=abc&provider=example',
	);
	expect(resumeUrlFor('https://example.com/n8n/webhook-waiting/42/?signature=a%2Fb', anyAddress)).toBe(
		'https://example.com/n8n/webhook-waiting/42/seedream?signature=a%2Fb&provider=example',
	);
});

test.each([
	[
		'https://n8n.example.com/webhook-waiting/42/seedream?signature=a%2Fb&provider=example',
		'https://n8n.example.com/webhook-waiting/42/seedream?signature=***&provider=example',
	],
	['https://n8n.example.com/webhook-waiting/42?token=abc&signature=1&signature=2', 'https://n8n.example.com/webhook-waiting/42?token=***&signature=***'],
	['https://n8n.example.com/webhook/1/seedream?provider=example', 'https://n8n.example.com/webhook/1/seedream?provider=example'],
	[
		'https://u:p@example.com/hook?api_key=a&access_token=b&X-Amz-Signature=c&clientSecret=d&monkey=e&page=2',
		'https://***:***@example.com/hook?api_key=***&access_token=***&X-Amz-Signature=***&clientSecret=***&monkey=e&page=2',
	],
])('%s is shown without its token', (address, shown) => {
	expect(withoutToken(address)).toBe(shown);
});

test('a URL gets the provider in its query, unless it has one already', () => {
	expect(withProvider('https://n8n.example.com/webhook/1/seedream', fullProvider)).toBe('https://n8n.example.com/webhook/1/seedream?provider=example');
	expect(withProvider('https://example.com/hook?provider=other&a=1', fullProvider)).toBe('https://example.com/hook?provider=other&a=1');
});

test('a public https address can be reached', () => {
	expect(callbackUrlFault('https://n8n.example.com/webhook-waiting/1', fullProvider, strict)).toBeUndefined();
});

test.each([
	'http://localhost:5678/webhook-waiting/1',
	'https://127.0.0.1/hook',
	'https://10.1.2.3/hook',
	'https://192.168.0.4/hook',
	'https://172.20.0.1/hook',
	'https://[::1]/hook',
	'https://[fd00::1]/hook',
	'https://n8n.internal/hook',
	'https://n8n.local/hook',
	'https://0x7f.1/hook',
])('%s is refused with a remedy, and accepted with Allow Private Callback URL', (address) => {
	expect(callbackUrlFault(address, fullProvider, strict)).toMatch(
		/^Example cannot reach the callback URL at .*\. Set N8N_WEBHOOK_URL to .*Allow Private Callback URL$/,
	);
	expect(callbackUrlFault(address, fullProvider, { ...strict, allowPrivate: true })).toBeUndefined();
});

test('http is refused if the provider calls only https', () => {
	expect(callbackUrlFault('http://n8n.example.com/hook', fullProvider, strict)).toMatch(/^Example calls back only https addresses.*N8N_WEBHOOK_URL/);
	expect(callbackUrlFault('http://n8n.example.com/hook', anyAddress, strict)).toBeUndefined();
	// The remedy about n8n's own URL does not apply to a typed one.
	const typed = callbackUrlFault('http://n8n.example.com/hook', fullProvider, { ...strict, isResumeUrl: false });
	expect(typed).not.toContain('N8N_WEBHOOK_URL');
	expect(typed).toMatch(/begins with http:\/\/: enter .*https address\. For a local gateway .*Allow Private Callback URL$/);
});

test.each(['https://n8n.example.com/webhook/{{ $json.id }}', 'https://n8n.example.com/webhook/[object Object]'])('"%s" was not evaluated', (address) => {
	expect(callbackUrlFault(address, anyAddress, { allowPrivate: true, isResumeUrl: false })).toContain('did not evaluate');
});

test.each(['', 'n8n.example.com/hook', 'ftp://n8n.example.com/hook', 'https://'])('"%s" is not a callback URL', (address) => {
	expect(callbackUrlFault(address, anyAddress, { allowPrivate: true, isResumeUrl: false })).toContain('must begin with https:// or http://');
});

test('a provider without callbacks is named', () => {
	expect(callbackUrlFault('https://n8n.example.com/hook', plainProvider, strict)).toContain('Plain sends no callbacks');
});

test.each<[string, RegExp]>([
	['https://n8n.example.com/webhook-test/1/seedream', /test URL.*Production URL/],
	['https://example.com/n8n/webhook-test/abc?provider=example', /test URL/],
	['https://n8n.example.com/form-test/1', /test URL/],
	['https://n8n.example.com/workflow/AbC123', /page of the n8n editor.*Production URL/],
	['https://n8n.example.com/workflow/AbC123/executions/7', /page of the n8n editor/],
	['https://example.com/n8n/workflow/new?projectId=1', /page of the n8n editor/],
	['https://n8n.example.com/projects/x/workflows', /page of the n8n editor/],
	['https://n8n.example.com/home/workflows', /page of the n8n editor/],
])('%s warns', (address, says) => {
	expect(callbackUrlWarning(address)).toMatch(says);
});

test.each([
	'https://n8n.example.com/webhook/1/seedream',
	'https://n8n.example.com/webhook/workflow/done',
	'https://example.com/hook?next=/workflow/1',
	'https://example.com/workflow',
	'https://example.com/',
])('%s does not warn', (address) => {
	expect(callbackUrlWarning(address)).toBeUndefined();
});
