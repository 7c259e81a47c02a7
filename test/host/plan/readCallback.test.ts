/** The callback of an item: which address the provider is given, and what is wrong with it. */
import type { IExecuteFunctions } from 'n8n-workflow';

import type { Provider } from '../../../nodes/core/provider/provider';
import { readCallback } from '../../../nodes/host/plan/readCallback';
import { defaultOptions } from '../../../nodes/host/panel/options';
import { fullProvider, plainProvider } from '../../support/madeUpProvider';

const resumeUrl = 'https://n8n.example.com/webhook-waiting/7';

function read(callback: unknown, callbackUrl: unknown = '', provider: Provider = fullProvider) {
	const parameters: Record<string, unknown> = { callback, callbackUrl };
	const context = {
		getNodeParameter: (name: string) => parameters[name],
		evaluateExpression: () => resumeUrl,
	} as unknown as IExecuteFunctions;
	const faults: string[] = [];
	const warnings: string[] = [];
	return { ...readCallback(context, provider, 0, defaultOptions, { faults, warnings }), faults, warnings };
}

test('none has no address', () => {
	expect(read('none')).toEqual({ callback: 'none', faults: [], warnings: [] });
});

test('a value left over from another provider is ignored where there are no callbacks', () => {
	expect(read('url', 'no address', plainProvider)).toEqual({ callback: 'none', faults: [], warnings: [] });
});

test('an unknown kind is a fault that names the possible ones', () => {
	expect(read('byPost').faults).toEqual(['Callback must be one of none, resumeWorkflow, url, but is "byPost"']);
});

test('an address is passed on without invisible characters', () => {
	const { callback, callbackUrl, faults } = read('url', ' https://n8n.example.com/webhook/1/seedream ');
	expect([callback, faults]).toEqual(['url', []]);
	expect(callbackUrl).toMatch(/^https:\/\/n8n\.example\.com\/webhook\/1\/seedream/);
});

test('an address that the provider cannot reach is a fault, and is not passed on', () => {
	const { callbackUrl, faults } = read('url', 'http://localhost:5678/webhook/1');
	expect(callbackUrl).toBeUndefined();
	expect(faults).toEqual([expect.stringContaining('Callback URL')]);
});

test('Resume Workflow passes on the address of this execution', () => {
	const { callback, callbackUrl, faults } = read('resumeWorkflow');
	expect([callback, faults]).toEqual(['resumeWorkflow', []]);
	expect(callbackUrl).toMatch(/^https:\/\/n8n\.example\.com\/webhook-waiting\/7/);
});
