import type { IExecuteFunctions } from 'n8n-workflow';

import { planGenerate } from '../../../nodes/host/plan/planGenerate';
import type { ItemFailure } from '../../../nodes/host/output/failureItem';
import type { GeneratePlan } from '../../../nodes/host/plan/generatePlan';
import { openAccounts } from '../../../nodes/host/execution/account';

jest.mock('../../../nodes/providers', () => jest.requireActual<object>('../../support/madeUpRegistry'));

const usual = { apiKey: 'sk-1', baseUrl: 'https://api.example.com' };

/** n8n takes the fallback only where a parameter is not there; an expression that finds nothing is undefined. */
async function planned(parameters: Readonly<Record<string, unknown>>, credential: object | null = usual): Promise<GeneratePlan | ItemFailure> {
	const getNodeParameter = (name: string, _itemIndex: number, fallback: unknown) => (Object.hasOwn(parameters, name) ? parameters[name] : fallback);
	const getCredentials = async () => (credential === null ? await Promise.reject(new Error('none')) : credential);
	const helpers = {
		assertBinaryData: () => {
			throw new Error('no such field');
		},
	};
	const context = { getNodeParameter, getCredentials, getNode: () => ({}), getInputData: () => [{ json: {} }], helpers } as unknown as IExecuteFunctions;
	const read = await planGenerate(context, { itemIndex: 0, isTool: false, accountOf: openAccounts(context) });
	return read.fault ?? read.plans[0];
}

const given = { provider: 'example', operation: 'textToImage', prompt: 'a fox' };
const withUrl = (imageUrls: unknown) => ({ ...given, operation: 'imageToImage', imageUrls });
const refused = (message: RegExp) => ({ nothingSent: true, failure: { kind: 'invalidInput', message: expect.stringMatching(message) } });
const messageOf = (plan: GeneratePlan | ItemFailure): string => ('failure' in plan ? plan.failure.message : '');

describe('a parameter of the provider', () => {
	test('that is missing has its default', async () => {
		expect(await planned(given)).toMatchObject({
			images: { requested: 1 },
			checked: { task: { values: { sizing: 'preset', resolution: '2K', aspectRatio: '1:1', imageCount: 1 } } },
		});
	});

	test('whose expression returns nothing is a fault', async () => {
		expect(await planned({ ...given, imageCount: undefined })).toMatchObject(refused(/^Image Count .*but is nothing/));
	});
});

describe('all faults of an item are named at once', () => {
	test.each<[string, object, RegExp]>([
		[
			'in fields and in options',
			{ imageCount: 50, options: { concurrency: 0, additionalFields: '{bad', stylePreset: 'nope' } },
			/^\(1\) Image Count .*; \(2\) Additional Fields is not valid JSON.*; \(3\) .*Concurrency .*; \(4\) Style Preset [^;]*$/,
		],
		[
			"in an option of the provider's own",
			{ provider: 'credits', prompt: '', options: { region: 'moon' } },
			/^\(1\) Prompt is empty.*; \(2\) Region must be on Earth/,
		],
		[
			'beside an unknown provider',
			{ provider: 'midjourney', options: { concurrency: 0 } },
			/^\(1\) Provider must be one of example.*"midjourney"; \(2\) Concurrency/,
		],
		[
			'in files',
			{ operation: 'imageToImage', imageSource: 'binary', inputDataFieldNames: 'data', imageCount: 50 },
			/Image Count .*Input Data Field Name\(s\) names "data", but the item has no files/,
		],
	])('%s', async (_, parameters, message) => {
		expect(await planned({ ...given, ...parameters })).toMatchObject(refused(message));
	});
});

test('a style preset follows the prompt', async () => {
	const prompt = expect.stringMatching(/^a fox, as a product hero shot: /) as unknown;
	expect(await planned({ ...given, options: { stylePreset: 'productHeroShot' } })).toMatchObject({ checked: { task: { prompt } } });
});

test('Max Tasks in Flight warns that it does not count with Return Task', async () => {
	const warningsOf = async (maxTasksInFlight: number, completion: string) => {
		const plan = await planned({ ...given, completion, options: { maxTasksInFlight } });
		return 'checked' in plan ? plan.checked.warnings : [];
	};
	expect(await warningsOf(2, 'returnTask')).toEqual([expect.stringContaining('all of them are submitted at once')]);
	expect([await warningsOf(0, 'returnTask'), await warningsOf(2, 'waitForImages')]).toEqual([[], []]);
});

describe('image URLs', () => {
	test('are split and otherwise unchanged', async () => {
		const plan = await planned(withUrl('https://example.com/a|b.png|https://example.com/c.png'));
		expect(plan).toMatchObject({
			references: [
				{ kind: 'url', url: 'https://example.com/a|b.png' },
				{ kind: 'url', url: 'https://example.com/c.png' },
			],
		});
	});

	test('in a private network are refused, unless the Base URL is private too', async () => {
		const url = withUrl('http://minio:9000/b/photo.png');
		expect(await planned(url)).toMatchObject(refused(/^Image URL 1 is at "minio", which Example cannot reach/));
		expect(await planned(url, { ...usual, baseUrl: '' })).toMatchObject(refused(/^Image URL 1 is at "minio"/));
		expect(await planned(url, { ...usual, baseUrl: 'http://gateway:8080/example' })).toMatchObject({ references: [{ url: 'http://minio:9000/b/photo.png' }] });
	});

	test('of Telegram warn', async () => {
		expect(await planned(withUrl('https://api.telegram.org/file/bot1:a/photos/1.jpg'))).toMatchObject({
			checked: { warnings: [expect.stringContaining("bot's token")] },
		});
	});
});

describe('a credential that cannot be used', () => {
	test('is one of the faults of an item', async () => {
		const plan = await planned({ ...given, prompt: '' }, null);
		expect(plan).toMatchObject(refused(/^\(1\) Prompt is empty.*\(2\) No Example API credential is chosen/));
		expect(messageOf(await planned({ ...given, prompt: '' }, { apiKey: 'Bearer x' }))).toMatch(/\(2\) The API Key .* begins with "Bearer "/);
	});

	test('is not a fault of an otherwise valid item', async () => {
		expect(await planned(given, null)).toMatchObject({ images: { requested: 1 } });
	});
});

describe('a callback URL', () => {
	const returning = { ...given, completion: 'returnTask', callback: 'url' };

	test.each(['https://n8n.example.com/webhook-test/1/seedream', ' https://n8n.example.com/workflow/1 '])('%s warns', async (callbackUrl) => {
		expect(await planned({ ...returning, callbackUrl })).toMatchObject({ callback: 'url', checked: { warnings: [expect.stringContaining('Production URL')] } });
	});

	test('of a published webhook does not warn', async () => {
		expect(await planned({ ...returning, callbackUrl: 'https://n8n.example.com/webhook/1/seedream' })).toMatchObject({ checked: { warnings: [] } });
	});
});
