/**
 * Pictures of the nodes in the real editor: `npm run screenshots` writes them into .demo/screenshots.
 * `--dark` takes them in the dark theme, `--only=panel,run` takes only those whose name contains one of the words, `--to=folder` writes them elsewhere.
 * `--docs` takes the pictures of the documentation and writes them into docs/images: at twice the resolution, cropped to what they show.
 * Needs Chromium: the command `chromium`, or the program that CHROMIUM names.
 */
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import process from 'node:process';

import type { INode } from 'n8n-workflow';

import { type ProviderId, providers } from '../nodes/providers';
import { createDemoCredentials, linkCredentials } from '../test/e2e/support/demoCredentials';
import { startInstance } from '../test/e2e/support/instance';
import { RestClient, type WorkflowToCreate } from '../test/e2e/support/restClient';
import { rootFolder } from '../test/e2e/support/runtime';
import { startServices } from '../test/e2e/support/services';
import { startSimulator } from '../test/e2e/support/simulator';
import { installTarball, packTarball } from '../test/e2e/support/tarball';
import { findBrowser, openBrowser, usualWindow, type Page } from '../test/support/browser';

const account = { email: 'pictures@example.com', password: 'Seedream-pictures-1' };
/** Runs in the browser: how much of the node's panel lies below the edge. A text, because this project's types know no browser. */
const hiddenHeight = `Math.max(0, ...[...document.querySelectorAll('[data-test-id="ndv"] *')]
	.filter((one) => ['auto', 'scroll'].includes(getComputedStyle(one).overflowY))
	.map((one) => one.scrollHeight - one.clientHeight))`;
const generateType = 'n8n-nodes-seedream.seedreamGenerate';
const anyProviderType = 'n8n-nodes-seedream.seedreamAnyProvider';
const waitType = 'n8n-nodes-seedream.seedreamWaitForTask';
const triggerType = 'n8n-nodes-seedream.seedreamGenerateTrigger';
const agentType = '@n8n/n8n-nodes-langchain.agent';
const prompt = 'A ceramic teapot on a walnut table, soft morning light, shallow depth of field';

interface Settings {
	readonly folder: string;
	readonly isDark: boolean;
	readonly isForDocs: boolean;
	readonly only: readonly string[];
}

function readSettings(given: readonly string[]): Settings {
	const valueOf = (flag: string) => given.find((one) => one.startsWith(`--${flag}=`))?.slice(flag.length + 3);
	const isForDocs = given.includes('--docs');
	const usualFolder = isForDocs ? path.join('docs', 'images') : path.join('.demo', 'screenshots');
	return {
		folder: path.resolve(valueOf('to') ?? path.join(rootFolder, usualFolder)),
		isForDocs,
		isDark: given.includes('--dark'),
		only: valueOf('only')?.split(',') ?? [''],
	};
}

const trigger: INode = { id: 'trigger', name: 'Start', type: 'n8n-nodes-base.manualTrigger', typeVersion: 1, position: [0, 0], parameters: {} };

/** A workflow with a manual trigger and one node, after which it is named. */
function singleNode(name: string, node: Pick<INode, 'type' | 'parameters'> & Partial<INode>): WorkflowToCreate {
	const ours: INode = { id: 'ours', name, typeVersion: 1, position: [240, 0], ...node };
	return { name, nodes: [trigger, ours], connections: { Start: { main: [[{ node: name, type: 'main', index: 0 }]] } } };
}

function demoCredential(id: ProviderId): NonNullable<INode['credentials']> {
	const { credentialType, displayName } = providers.find((provider) => provider.id === id) ?? { credentialType: '', displayName: '' };
	return { [credentialType]: { id: null, name: `${displayName} (demo)` } };
}

/** Runs in the browser: the area that the parts cover together, in the browser's pixels. */
const areaOf = (parts: string) => `(() => {
	const boxes = [...document.querySelectorAll(${JSON.stringify(parts)})].map((one) => one.getBoundingClientRect()).filter(({ width }) => width > 0);
	const [left, top] = [Math.min(...boxes.map((box) => box.left)), Math.min(...boxes.map((box) => box.top))];
	return { x: left, y: top, width: Math.max(...boxes.map((box) => box.right)) - left, height: Math.max(...boxes.map((box) => box.bottom)) - top };
})()`;

/** The editor, and what a person does in it. */
class Studio {
	constructor(
		private readonly page: Page,
		private readonly client: RestClient,
		private readonly settings: Settings,
	) {}

	async save(name: string, testId?: string): Promise<void> {
		// A field under the pointer shows its buttons.
		await this.page.mouse.move(0, 0);
		await this.page.waitForTimeout(700);
		const file = path.join(this.settings.folder, `${name}${this.settings.isDark ? '-dark' : ''}.png`);
		if (testId === undefined) await this.page.screenshot({ path: file });
		else await this.page.getByTestId(testId).first().screenshot({ path: file });
		process.stdout.write(`${file}\n`);
	}

	/** Only the area that the parts, named by a selector, cover together. */
	async saveArea(name: string, parts: string, margin: number): Promise<void> {
		await this.page.mouse.move(0, 0);
		await this.page.waitForTimeout(700);
		const { x, y, width, height } = await this.page.evaluate<{ x: number; y: number; width: number; height: number }>(areaOf(parts));
		const [left, top] = [Math.max(0, x - margin), Math.max(0, y - margin)];
		const file = path.join(this.settings.folder, `${name}${this.settings.isDark ? '-dark' : ''}.png`);
		await this.page.screenshot({ path: file, clip: { x: left, y: top, width: x + width + margin - left, height: y + height + margin - top } });
		process.stdout.write(`${file}\n`);
	}

	async setWindow(width: number, height: number): Promise<void> {
		await this.page.setViewportSize({ width, height });
		await this.page.waitForTimeout(500);
	}

	async open(workflow: WorkflowToCreate): Promise<void> {
		await this.page.setViewportSize(usualWindow);
		const { name, nodes, connections, settings } = linkCredentials(workflow, await this.client.listCredentials());
		const { id } = await this.client.createWorkflow({ name, nodes, connections, settings });
		await this.page.goto(`${this.client.url}/workflow/${id}`);
		await this.page.getByTestId('canvas-node').first().waitFor();
		await this.page.waitForTimeout(600);
	}

	/** Opens a workflow with one node, and then that node. */
	async openNode(workflow: WorkflowToCreate): Promise<void> {
		await this.open(workflow);
		await this.page.locator(`[data-test-id="canvas-node"][data-node-name="${workflow.name}"]`).dblclick();
		await this.page.getByTestId('node-parameters').waitFor();
		await this.page.waitForTimeout(600);
	}

	/** Makes the window tall enough for the whole panel, so that every field is visible. */
	async showWholePanel(): Promise<void> {
		const missing = await this.page.evaluate<number>(hiddenHeight);
		await this.page.setViewportSize({ ...usualWindow, height: Math.min(2600, usualWindow.height + missing + 40) });
		await this.page.waitForTimeout(300);
	}

	async addEveryOption(): Promise<void> {
		const add = this.page.getByPlaceholder('Add option');
		const choices = this.page.locator('[data-test-id="collection-parameter-option"]:visible');
		while ((await add.count()) > 0) {
			await add.first().click();
			await this.page.waitForTimeout(150);
			if ((await choices.count()) === 0) break;
			await choices.first().click();
			await this.page.waitForTimeout(100);
		}
		await this.page.getByTestId('output-panel').click();
	}

	/** Clicks *Execute step* and waits for the end, whether it succeeds or fails. */
	async execute(): Promise<void> {
		await this.page.getByTestId('node-execute-button').first().click();
		await this.page
			.getByText(/executed successfully|Problem in node/)
			.first()
			.waitFor({ timeout: 60_000 });
		await this.page.waitForTimeout(800);
	}

	async runWorkflow(): Promise<void> {
		await this.page.getByTestId('execute-workflow-button').first().click();
		await this.page
			.getByText(/executed successfully|Problem in node/)
			.first()
			.waitFor({ timeout: 120_000 });
		await this.page.waitForTimeout(800);
	}

	async searchNode(words: string): Promise<void> {
		await this.page.getByTestId('node-creator-plus-button').first().click();
		await this.type(words);
	}

	/** Types into the search of the node panel, which is open. */
	async type(words: string): Promise<void> {
		await this.page.getByTestId('node-creator-search-bar').waitFor();
		await this.page.keyboard.type(words, { delay: 20 });
		await this.page.waitForTimeout(500);
	}

	async click(testId: string): Promise<void> {
		await this.page.getByTestId(testId).first().click();
	}

	async clickLast(testId: string): Promise<void> {
		await this.page.getByTestId(testId).last().click();
	}

	async clickIn(testId: string, text: string | RegExp): Promise<void> {
		await this.page.getByTestId(testId).getByText(text).first().click();
	}

	async fitCanvas(height = usualWindow.height): Promise<void> {
		await this.page.setViewportSize({ ...usualWindow, height });
		await this.fit();
	}

	/** Fits the whole workflow into the window. */
	async fit(): Promise<void> {
		await this.page.getByTestId('zoom-to-fit').click();
		await this.page.waitForTimeout(600);
	}

	/** Those that lie over the canvas. */
	async hideButtons(): Promise<void> {
		await this.page.addStyleTag({ content: '[data-test-id="canvas-controls"], [data-test-id^="execute-workflow-button"] { visibility: hidden; }' });
	}

	/** Lists that show all their choices instead of the first few. */
	async showWholeLists(): Promise<void> {
		await this.page.addStyleTag({ content: '.el-select-dropdown .el-scrollbar__wrap, .el-select-dropdown__wrap { max-height: none !important; }' });
	}

	async closeMessages(): Promise<void> {
		for (const close of await this.page.locator('.el-notification__closeBtn:visible').all()) {
			// It may have disappeared by itself.
			await close.click({ timeout: 3_000 }).catch(() => {});
		}
		await this.page.waitForTimeout(400);
	}
}

interface Picture {
	readonly name: string;
	take(studio: Studio, name: string): Promise<void>;
}

const generateNode = (parameters: INode['parameters'], credentials: INode['credentials'] = demoCredential('apixo')): WorkflowToCreate =>
	singleNode('Seedream Generate', { type: generateType, parameters: { provider: 'apixo', prompt, ...parameters }, credentials });

/** Seedream Any Provider with these providers; the first has no credits, so that the second makes the image. */
const anyProviderNode = (parameters: INode['parameters']): WorkflowToCreate =>
	singleNode('Seedream Any Provider', {
		type: anyProviderType,
		parameters: { providers: ['apixo', 'pixwith'], prompt, ...parameters },
		credentials: { apixoApi: { id: null, name: 'APIXO (demo, no credits)' }, ...demoCredential('pixwith') },
	});

function panel(name: string, workflow: WorkflowToCreate, prepare?: (studio: Studio) => Promise<void>): Picture {
	return {
		name,
		async take(studio) {
			await studio.openNode(workflow);
			await prepare?.(studio);
			await studio.showWholePanel();
			await studio.save(name, 'ndv');
		},
	};
}

/** An agent with one of the nodes as its tool. */
function agentWith(name: string, node: Pick<INode, 'type' | 'parameters'> & Partial<INode>): WorkflowToCreate {
	const agent: INode = { id: 'agent', name: 'AI Agent', type: agentType, typeVersion: 3.1, position: [240, 0], parameters: {} };
	const tool: INode = { id: 'tool', name, typeVersion: 1, position: [320, 240], ...node };
	return {
		name,
		nodes: [trigger, agent, tool],
		connections: {
			Start: { main: [[{ node: 'AI Agent', type: 'main', index: 0 }]] },
			[name]: { ai_tool: [[{ node: 'AI Agent', type: 'ai_tool', index: 0 }]] },
		},
	};
}

function panels(): Picture[] {
	const ofProviders = providers.flatMap(({ id }) =>
		(['textToImage', 'imageToImage'] as const).map((operation) => {
			const parameters = { provider: id, operation, ...(operation === 'imageToImage' ? { imageUrls: 'https://example.com/photo.jpg' } : {}) };
			return panel(`panel-${id}-${operation}`, generateNode(parameters, demoCredential(id)));
		}),
	);
	const waitNode = singleNode('Seedream Wait for Task', {
		type: waitType,
		parameters: { providers: ['apixo', 'pixwith'] },
		credentials: { ...demoCredential('apixo'), ...demoCredential('pixwith') },
	});
	const triggerNode: INode = {
		...trigger,
		name: 'Seedream Generate Trigger',
		type: triggerType,
		parameters: { providers: ['apixo'] },
		credentials: demoCredential('apixo'),
	};
	const onCallback = singleNode('Seedream Wait for Task', {
		type: waitType,
		parameters: { providers: ['apixo'], waitMode: 'callback' },
		credentials: demoCredential('apixo'),
	});
	return [
		...ofProviders,
		panel('panel-custom-size', generateNode({ sizing: 'custom' })),
		panel('panel-binary', generateNode({ operation: 'imageToImage', imageSource: 'binary' })),
		panel('panel-return-task', generateNode({ completion: 'returnTask', callback: 'url' })),
		panel('panel-any-provider', anyProviderNode({})),
		panel('panel-any-provider-callback', anyProviderNode({ operation: 'imageToImage', completion: 'returnTask', callback: 'url' })),
		panel('panel-any-provider-options', anyProviderNode({}), async (studio) => await studio.addEveryOption()),
		panel('panel-options', generateNode({}), async (studio) => await studio.addEveryOption()),
		panel('panel-wait', waitNode),
		panel('panel-wait-on-callback', onCallback),
		panel('panel-trigger', { name: 'Seedream Generate Trigger', nodes: [triggerNode], connections: {} }),
		panel(
			'panel-tool',
			agentWith('Seedream Generate', { type: `${generateType}Tool`, parameters: { provider: 'apixo' }, credentials: demoCredential('apixo') }),
		),
		panel(
			'panel-tool-wait',
			agentWith('Seedream Wait for Task', { type: `${waitType}Tool`, parameters: { providers: ['apixo'] }, credentials: demoCredential('apixo') }),
		),
		panel(
			'panel-tool-options',
			agentWith('Seedream Generate', { type: `${generateType}Tool`, parameters: { provider: 'apixo' }, credentials: demoCredential('apixo') }),
			async (studio) => await studio.addEveryOption(),
		),
		panel('panel-wait-options', waitNode, async (studio) => await studio.addEveryOption()),
	];
}

function list(name: string, parameter: string, workflow: WorkflowToCreate): Picture {
	return {
		name,
		async take(studio) {
			await studio.openNode(workflow);
			await studio.click(`parameter-input-${parameter}`);
			await studio.save(name);
		},
	};
}

const lists = (): Picture[] => [
	list('list-provider', 'provider', generateNode({})),
	list('list-aspect-ratio', 'aspectRatio', generateNode({})),
	list('list-image-size', 'imageSize', generateNode({ provider: 'pixelDojo' }, demoCredential('pixelDojo'))),
	list('list-when-submitted', 'completion', generateNode({})),
];

function run(name: string, workflow: WorkflowToCreate, finish?: (studio: Studio) => Promise<void>): Picture {
	return {
		name,
		async take(studio) {
			await studio.openNode(workflow);
			await studio.execute();
			await finish?.(studio);
			await studio.save(name, 'ndv');
		},
	};
}

function runs(): Picture[] {
	const quick = { options: { pollInterval: 1 } };
	const twoImages = generateNode({ aspectRatio: '16:9', imageCount: 2, ...quick });
	return [
		run('output-files', twoImages, async (studio) => await studio.closeMessages()),
		run('output-json', twoImages, async (studio) => {
			await studio.clickIn('output-panel', /^JSON$/);
			await studio.closeMessages();
		}),
		run('output-image', twoImages, async (studio) => {
			await studio.clickIn('output-panel', /^View$/);
			await studio.closeMessages();
		}),
		run('output-task', generateNode({ completion: 'returnTask' })),
		run('output-warnings', generateNode({ imageCount: 4, prompt: `${prompt} [[fewer=1]]`, ...quick }), async (studio) => await studio.closeMessages()),
		run('output-any-provider', anyProviderNode(quick), async (studio) => await studio.closeMessages()),
		run('output-dry-run', generateNode({ options: { dryRun: true } })),
		run('error-content', generateNode({ prompt: `${prompt} [[fail=SensitiveContent]]`, ...quick })),
		run('error-credits', generateNode({}, { apixoApi: { id: null, name: 'APIXO (demo, no credits)' } })),
		run('error-timeout', generateNode({ prompt: `${prompt} [[never]]`, options: { timeout: 3 } })),
		run('error-input', generateNode({ sizing: 'custom', width: 1024, height: 1024, options: { timeout: 0, additionalFields: '{"input":' } })),
	];
}

async function workflows(): Promise<Picture[]> {
	const folder = path.join(rootFolder, 'examples');
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	const read = async (file: string) => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as WorkflowToCreate;
	const finished = (example: string, height?: number): Picture => ({
		name: `run-${example}`,
		async take(studio, name) {
			await studio.open(await read(`${example}.json`));
			await studio.fitCanvas(height);
			await studio.runWorkflow();
			await studio.closeMessages();
			await studio.save(name);
		},
	});
	return [
		...files.map((file) => ({
			name: `workflow-${path.basename(file, '.json')}`,
			async take(studio: Studio, name: string) {
				await studio.open(await read(file));
				await studio.fitCanvas();
				await studio.save(name);
			},
		})),
		finished('demo'),
		finished('combine-photos', 640),
		finished('resize-for-messaging', 640),
		finished('rows-in-batches', 760),
		finished('send-by-email', 640),
	];
}

const credentialWindows = (): Picture[] =>
	providers.map(({ id, credentialType }) => ({
		name: `credential-${credentialType}`,
		async take(studio, name) {
			await studio.openNode(generateNode({ provider: id }, demoCredential(id)));
			await studio.click('credential-edit-button');
			await studio.save(name);
		},
	}));

function searches(): Picture[] {
	const search = (name: string, words: string, choice?: string): Picture => ({
		name,
		async take(studio) {
			await studio.open({ name: 'Search', nodes: [trigger], connections: {} });
			await studio.searchNode(words);
			if (choice !== undefined) await studio.clickIn('node-creator', choice);
			await studio.save(name);
		},
	});
	const searchTool: Picture = {
		name: 'search-tool',
		async take(studio, name) {
			const { nodes } = agentWith('Agent', { type: `${generateType}Tool`, parameters: {} });
			await studio.open({ name: 'Search', nodes: nodes.slice(0, 2), connections: {} });
			await studio.clickLast('canvas-handle-plus');
			await studio.type('seedream');
			await studio.save(name);
		},
	};
	return [
		searchTool,
		search('search-image', 'text to image'),
		search('search-bytedance', 'bytedance'),
		search('search-seedream', 'seedream'),
		search('search-actions', 'seedream', 'Seedream Generate'),
	];
}

/** The area of an open node's panel and output, without the input. */
const panelAndOutput = '[data-test-id="node-parameters"], [data-test-id="output-panel"]';
const onCanvas = '.vue-flow__node [data-test-id="canvas-node"], .vue-flow__node [data-test-id="canvas-node"] *, [data-test-id="sticky"], .vue-flow__edge path';

/** The pictures in README and docs, with their names there. */
async function documentation(): Promise<Picture[]> {
	const example = async (file: string) => JSON.parse(await readFile(path.join(rootFolder, 'examples', `${file}.json`), 'utf8')) as WorkflowToCreate;
	const canvas = async (name: string, file: string, width: number, height: number, runs = false): Promise<Picture> => {
		const workflow = await example(file);
		return {
			name,
			async take(studio) {
				await studio.open(workflow);
				await studio.setWindow(width, height);
				if (runs) {
					await studio.runWorkflow();
					await studio.closeMessages();
				}
				await studio.fit();
				await studio.hideButtons();
				await studio.saveArea(name, onCanvas, 4);
			},
		};
	};
	const node = (
		name: string,
		workflow: WorkflowToCreate,
		width: number,
		height: number,
		prepare: (studio: Studio) => Promise<void>,
		parts = panelAndOutput,
	): Picture => ({
		name,
		async take(studio) {
			await studio.openNode(workflow);
			await studio.setWindow(width, height);
			await prepare(studio);
			await studio.saveArea(name, parts, 0);
		},
	});
	const quick = { options: { pollInterval: 1 } };
	return [
		await canvas('workflow', 'demo', 1440, 820, true),
		await canvas('callback', 'callback-with-poll-behind', 1440, 760),
		await canvas('trigger', 'callback-trigger', 1180, 640),
		await canvas('agent', 'ai-agent-with-tool', 1280, 760),
		await canvas('chain-email', 'send-by-email', 1280, 640, true),
		await canvas('chain-rows', 'rows-in-batches', 1440, 760, true),
		node('panel', generateNode({ aspectRatio: '16:9', imageCount: 2 }), 1440, 1200, async (studio) => {
			await studio.execute();
			await studio.clickIn('output-panel', /^Binary$/);
			await studio.closeMessages();
		}),
		node('any-provider', anyProviderNode({}), 1440, 1040, async (studio) => {
			await studio.execute();
			await studio.clickIn('output-panel', /^Binary$/);
			await studio.closeMessages();
		}),
		node(
			'error',
			generateNode({ prompt: `${prompt} [[fail=SensitiveContent]]`, ...quick }),
			1320,
			460,
			async (studio) => {
				await studio.execute();
				await studio.closeMessages();
			},
			'[data-test-id="output-panel"]',
		),
		node(
			'sizes',
			generateNode({}),
			1320,
			1300,
			async (studio) => {
				await studio.showWholeLists();
				await studio.click('parameter-input-aspectRatio');
			},
			'[data-test-id="parameter-input-aspectRatio"], .el-select-dropdown',
		),
	];
}

async function takeAll(studio: Studio, { only, isForDocs }: Settings): Promise<string[]> {
	const pictures = isForDocs ? await documentation() : [...panels(), ...lists(), ...runs(), ...(await workflows()), ...credentialWindows(), ...searches()];
	const faults: string[] = [];
	for (const { name, take } of pictures.filter((picture) => only.some((word) => picture.name.includes(word)))) {
		await take(studio, name).catch(async (error: unknown) => {
			faults.push(`${name}: ${error instanceof Error ? error.message.split('\n')[0] : String(error)}`);
			await studio.save(`trouble-${name}`);
		});
	}
	return faults;
}

async function main(): Promise<void> {
	const settings = readSettings(process.argv.slice(2));
	findBrowser();
	await mkdir(settings.folder, { recursive: true });
	const userFolder = await mkdtemp(path.join(tmpdir(), 'seedream-pictures-'));
	const stops: Array<() => Promise<unknown>> = [async () => await rm(userFolder, { recursive: true, force: true })];
	try {
		const tarball = await packTarball();
		stops.push(tarball.remove);
		await installTarball(userFolder, tarball.file);
		const simulator = await startSimulator({ timeFactor: 0.1 });
		stops.push(simulator.stop);
		const instance = await startInstance({ userFolder });
		stops.push(instance.stop);
		const client = new RestClient(instance.url);
		await client.signIn(account);
		const services = await startServices();
		stops.push(services.stop);
		for (const credential of [...createDemoCredentials(simulator.url), ...services.credentials]) await client.createCredential(credential);
		const { page, close } = await openBrowser(client, { isDark: settings.isDark, scale: settings.isForDocs ? 2 : 1 });
		stops.push(close);
		const faults = await takeAll(new Studio(page, client, settings), settings);
		for (const fault of faults) process.stderr.write(`${fault}\n`);
		process.exitCode = faults.length === 0 ? 0 : 1;
	} finally {
		for (const stop of stops.reverse()) await stop();
	}
}

// Everything that was started ends with the program, even if it is interrupted.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => process.exit(130));

main()
	.catch((error: unknown) => {
		process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
		process.exitCode = 1;
	})
	.finally(() => process.exit());
