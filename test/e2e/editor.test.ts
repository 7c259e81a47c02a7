/** The nodes in n8n's own editor, as a person uses them with mouse and keyboard. */
import { setTimeout as sleep } from 'node:timers/promises';

import { type INode } from 'n8n-workflow';

import { openBrowser, type Browser, type Locator, type Page } from '../support/browser';
import { openSession } from './support/session';

const { client, simulator } = openSession();
const prompt = 'A lighthouse, typed into the editor';
const start: INode = { id: 'start', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} };

let browser: Browser | undefined;
let page: Page;

beforeAll(async () => {
	browser = await openBrowser(client);
	page = browser.page;
});

afterAll(async () => await browser?.close());

/** Until it holds: the editor takes its time. */
async function eventually(check: () => Promise<void>): Promise<void> {
	const endsAt = Date.now() + 30_000;
	for (;;) {
		try {
			await check();
			return;
		} catch (error) {
			if (Date.now() > endsAt) throw error;
			await sleep(200);
		}
	}
}

async function openWorkflow(nodes: readonly INode[]): Promise<void> {
	const { id } = await client.createWorkflow({ name: expect.getState().currentTestName ?? 'editor', nodes, connections: {} });
	await page.goto(`${client.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
	await page.getByTestId('canvas-node').first().waitFor();
}

const hints = async (): Promise<string[]> => (await page.getByTestId('output-panel').getByTestId('node-hint').allInnerTexts()).map((text) => text.trim());
const field = (name: string): Locator => page.getByTestId(`parameter-input-${name}`);
const valueOf = async (name: string): Promise<string> => await field(name).locator('input, textarea').first().inputValue();

/** The shown fields of the panel's first tab, in their order. A text, because this project's types know no browser. */
const shownFields = `[...document.querySelectorAll('[data-test-id="node-parameters"] [data-test-id^="parameter-input-"]')]
	.filter((one) => one.dataset.testId !== 'parameter-input-field' && one.checkVisibility())
	.map((one) => one.dataset.testId.slice('parameter-input-'.length))`;

/** How wide the images in the output panel really are. */
const outputWidths = `[...document.querySelectorAll('[data-test-id="output-panel"] img')].map((image) => image.naturalWidth)`;

async function expectFields(...names: string[]): Promise<void> {
	await eventually(async () => expect(await page.evaluate<string[]>(shownFields)).toEqual(names));
}

async function choose(name: string, choice: string): Promise<void> {
	await field(name).click();
	await page.locator('.el-select-dropdown:visible').getByText(choice, { exact: true }).click();
	await eventually(async () => expect(await valueOf(name)).toBe(choice));
}

describe('the node panel', () => {
	beforeAll(async () => {
		await openWorkflow([start]);
		await page.getByTestId('canvas-handle-plus').first().click();
	});

	test.each([
		['image generation', 0],
		['ai image', 0],
		['generate image', 0],
		['text to image', 0],
		['bytedance', 0],
		['seedream', 0],
		// The first is n8n's own Edit Image.
		['edit image', 1],
	])('finds Seedream Generate by "%s" at place %i', async (words, place) => {
		const search = page.getByTestId('node-creator-search-bar');
		const found = page.getByTestId('node-creator-item-name');
		// What the search before this one found is gone.
		await search.fill('no node has this name');
		await eventually(async () => expect(await found.allTextContents()).toEqual([]));
		await search.fill(words);
		await eventually(async () => expect((await found.allTextContents())[place]).toBe('Seedream Generate'));
	});

	test('lists it with its trigger, and making images before editing them', async () => {
		const creator = page.getByTestId('node-creator');
		await page.getByTestId('node-creator-search-bar').fill('seedream');
		await creator.getByText('Seedream Generate', { exact: true }).click();
		await creator.getByText('Generate images from a prompt', { exact: true }).waitFor();
		const text = await creator.innerText();
		expect(text).toContain('Triggers (1)');
		expect(text.indexOf('Generate images from a prompt')).toBeLessThan(text.indexOf('Edit or combine images'));
	});
});

describe('Seedream Generate', () => {
	const before = ['provider', 'operation', 'prompt'];

	beforeAll(async () => {
		const creator = page.getByTestId('node-creator');
		await creator.getByText('Generate images from a prompt', { exact: true }).click();
		await page.getByTestId('node-parameters').waitFor();
	});

	test('opens with the provider in view', async () => {
		await field('provider').waitFor();
		expect(await valueOf('provider')).toBe('APIXO');
		expect(await valueOf('operation')).toBe('Text to Image');
		await expectFields(...before, 'model', 'sizing', 'resolution', 'aspectRatio', 'imageCount', 'sequentialImages', 'promptOptimization', 'completion');
	});

	// Along this way every provider has the field that is compared; n8n forgets what a provider has no field for.
	test('shows the fields of the chosen provider and keeps what was typed', async () => {
		await field('prompt').locator('textarea').fill(prompt);
		await choose('aspectRatio', 'Landscape 16:9');
		await field('imageCount').locator('input').fill('2');
		await field('imageCount').locator('input').press('Tab');
		const expectKept = async (...names: Array<'prompt' | 'aspectRatio' | 'imageCount'>) => {
			const typed = { prompt, aspectRatio: 'Landscape 16:9', imageCount: '2' };
			for (const name of names) await eventually(async () => expect({ name, value: await valueOf(name) }).toEqual({ name, value: typed[name] }));
		};

		await choose('provider', 'PixWith');
		await expectFields(...before, 'model', 'resolution', 'aspectRatio', 'imageCount', 'promptOptimization', 'completion');
		await expectKept('prompt', 'aspectRatio', 'imageCount');

		await choose('provider', 'PixelDojo');
		await expectFields(...before, 'imageSize', 'aspectRatio', 'imageCount', 'seed', 'completion');
		await expectKept('prompt', 'aspectRatio', 'imageCount');

		await choose('provider', 'APIXO');
		await expectFields(...before, 'model', 'sizing', 'resolution', 'aspectRatio', 'imageCount', 'sequentialImages', 'promptOptimization', 'completion');
		await expectKept('prompt', 'aspectRatio', 'imageCount');

		await choose('provider', 'API in One');
		await expectFields(...before, 'quality', 'aspectRatio', 'completion');
		await expectKept('prompt', 'aspectRatio');

		await choose('provider', 'Apiframe');
		await expectFields(...before, 'model', 'sizing', 'resolution', 'aspectRatio', 'completion');
		await expectKept('prompt', 'aspectRatio');

		await choose('provider', 'APIXO');
		await expectKept('prompt', 'aspectRatio');
	});

	test('shows where reference images come from for Image to Image only', async () => {
		const size = ['model', 'sizing', 'resolution', 'aspectRatio', 'imageCount', 'sequentialImages', 'promptOptimization', 'completion'];
		await choose('operation', 'Image to Image');
		await expectFields(...before, 'imageSource', 'imageUrls', ...size);
		await choose('imageSource', 'Binary');
		await expectFields(...before, 'imageSource', 'inputDataFieldNames', ...size);
		await choose('operation', 'Text to Image');
		await expectFields(...before, ...size);
		expect(await valueOf('prompt')).toBe(prompt);
	});

	test('shows the credential below the provider, and nothing twice', async () => {
		const places = await Promise.all(
			[field('provider'), page.getByTestId('node-credentials-select'), field('operation')].map(async (one) => (await one.first().boundingBox())?.y ?? 0),
		);
		expect(places).toEqual([...places].sort((one, other) => one - other));
		expect(await page.getByTestId('node-credentials-select').count()).toBe(1);
	});

	test('says before the run how long it takes and what Stop does', async () => {
		expect(await hints()).toEqual([expect.stringMatching(/^APIXO typically takes .* Stopping the run does not cancel/)]);
	});

	test('makes an image that the output panel shows', async () => {
		// n8n has chosen the newest credential, which may be one that another test made.
		const credential = page.getByTestId('node-credentials-select');
		await credential.click();
		await page.locator('.el-select-dropdown:visible').getByText('APIXO (demo)', { exact: true }).click();
		await eventually(async () => expect(await credential.locator('input').inputValue()).toBe('APIXO (demo)'));
		await page.getByPlaceholder('Add option').click();
		await page.locator('.el-select-dropdown:visible').getByText('Poll Interval (Seconds)', { exact: true }).click();
		// The simulator is quicker than the provider.
		await field('pollInterval').locator('input').fill('0.2');
		await field('pollInterval').locator('input').press('Tab');
		await page.getByTestId('node-execute-button').first().click();

		const output = page.getByTestId('output-panel');
		await output.getByText('1 item', { exact: true }).waitFor({ timeout: 30_000 });
		const [task, ...others] = await simulator.tasks(prompt);
		expect(others).toHaveLength(0);
		expect(task).toMatchObject({ provider: 'apixo', state: 'succeeded' });

		expect(await hints()).toEqual(['1 image for 0.035 USD.']);

		await output.getByText('Binary', { exact: true }).click();
		await output.getByText(/^seedream-apixo-.+\.png$/).waitFor();
		await output.getByText('image/png', { exact: true }).waitFor();
		await output.getByText('View', { exact: true }).click();
		await eventually(async () => expect(await page.evaluate<number[]>(outputWidths)).toEqual([2848]));

		await output.getByText('JSON', { exact: true }).click();
		await output.getByText(`"${task?.id}"`).first().waitFor();
	});
});

test.each([
	['Seedream Wait for Task', 'seedreamWaitForTask', ['providers', 'taskId', 'waitMode', 'timeout']],
	['Seedream Any Provider', 'seedreamAnyProvider', ['providers', 'operation', 'prompt', 'completion', 'resolution', 'aspectRatio', 'imageCount']],
	['Seedream Generate Trigger', 'seedreamGenerateTrigger', ['providers']],
])('%s opens with its providers in view', async (name, type, fields) => {
	await openWorkflow([{ id: 'ours', name, type: `n8n-nodes-seedream.${type}`, typeVersion: 1, position: [0, 0], parameters: {} }]);
	await page.locator(`[data-test-id="canvas-node"][data-node-name="${name}"]`).dblclick();
	await expectFields(...fields);
	await field('providers').getByText('APIXO', { exact: true }).waitFor();
});

/** A workflow of a trigger and one node of ours, opened at that node. */
async function openGenerate(parameters: INode['parameters']): Promise<void> {
	const credential = (await client.listCredentials()).find(({ name }) => name === 'APIXO (demo)');
	const ours: INode = {
		id: 'ours',
		name: 'Generate',
		type: 'n8n-nodes-seedream.seedreamGenerate',
		typeVersion: 1,
		position: [240, 0],
		parameters: { provider: 'apixo', prompt: `${prompt}, and run`, options: { pollInterval: 0.2 }, ...parameters },
		credentials: { apixoApi: { id: credential?.id ?? null, name: 'APIXO (demo)' } },
	};
	const { id } = await client.createWorkflow({
		name: 'hints',
		nodes: [start, ours],
		connections: { Start: { main: [[{ node: 'Generate', type: 'main', index: 0 }]] } },
	});
	await page.goto(`${client.url}/workflow/${id}`, { waitUntil: 'domcontentloaded' });
	await page.locator('[data-test-id="canvas-node"][data-node-name="Generate"]').dblclick();
	await page.getByTestId('node-parameters').waitFor();
}

test('the fields of the output are known to the next node before anything is paid', async () => {
	const schema = JSON.parse((await client.getFile('/schemas/n8n-nodes-seedream.seedreamGenerate/1/textToImage.json')).toString()) as {
		properties: Record<string, unknown>;
	};
	expect(Object.keys(schema.properties).slice(0, 5)).toEqual(['prompt', 'url', 'fileName', 'width', 'height']);
});

test.each<[string, INode['parameters'], RegExp[]]>([
	['the output of Return Task is told to be pinned', { completion: 'returnTask' }, [/^1 task submitted, which cost about 0\.035 USD\. Pin this output/]],
	[
		'a dry run says what a real one would cost',
		{ imageCount: 2, options: { dryRun: true } },
		[/^Dry run: nothing was sent\. A real run would cost about 0\.07 USD\.$/],
	],
	['warnings stand above the output', { imageCount: 4, prompt: `${prompt} [[fewer=1]]` }, [/^Only 3 of 4 images/, /^3 images for 0\.105 USD\.$/]],
])('%s', async (_, parameters, expected) => {
	await openGenerate(parameters);
	await page.getByTestId('node-execute-button').first().click();
	const output = page.getByTestId('output-panel');
	await output
		.getByText(/^\d+ items?$/)
		.first()
		.waitFor({ timeout: 30_000 });
	await eventually(async () => {
		const said = await hints();
		for (const [index, one] of expected.entries()) expect(said[index]).toMatch(one);
	});
});
