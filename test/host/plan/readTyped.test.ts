/** The values of an item that are the same for every provider. */
import type { IExecuteFunctions } from 'n8n-workflow';

import { readTyped } from '../../../nodes/host/plan/readTyped';
import { unreadSettings } from '../../../nodes/host/plan/unreadable';

function read(parameters: Readonly<Record<string, unknown>>, isTool = false) {
	const context = { getNodeParameter: (name: string, _: number, fallback: unknown) => parameters[name] ?? fallback } as unknown as IExecuteFunctions;
	const settings = unreadSettings();
	const typed = readTyped(context, { itemIndex: 0, isTool, accountOf: () => Promise.reject(new Error('No account was meant to be opened')) }, settings);
	return { typed, settings };
}

test('the settings are recorded, even if other values are wrong', () => {
	const { typed, settings } = read({ completion: 'returnTask', operation: 'imageToImage', imageSource: 'paper', options: { timeout: 77 } });
	expect(settings).toMatchObject({ completion: 'returnTask', options: { timeout: 77 } });
	expect(typed.faults).toEqual(['Image Source must be one of url, binary, but is "paper"']);
});

test('an unknown completion is a fault, and the item would wait for its images', () => {
	const { typed, settings } = read({ completion: 'later' });
	expect(typed.faults).toEqual(['When Submitted must be one of waitForImages, returnTask, but is "later"']);
	expect([typed.completion, settings.completion]).toEqual(['waitForImages', 'waitForImages']);
});

test('a tool always waits for its images', () => {
	expect(read({ completion: 'returnTask' }, true).typed).toMatchObject({ completion: 'waitForImages', faults: [] });
});

test.each([
	['imageToImage', 'binary', ['a', 'b']],
	['imageToImage', 'url', []],
	['textToImage', 'binary', []],
])('%s with %s names these files: %j', (operation, imageSource, named) => {
	const { typed } = read({ operation, imageSource, inputDataFieldNames: 'a, b' });
	expect([typed.wantsFiles, typed.named]).toEqual([named.length > 0, named]);
});
