import { createHash, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type IBinaryData } from 'n8n-workflow';

import { imageHeader } from '../nodes/core/image/imageHeader';
import { createDemoCredentials, linkCredentials } from '../test/e2e/support/demoCredentials';
import { startInstance } from '../test/e2e/support/instance';
import { RestClient, type Execution, type WorkflowToCreate } from '../test/e2e/support/restClient';
import { rootFolder } from '../test/e2e/support/runtime';
import { startSimulator } from '../test/e2e/support/simulator';
import { installTarball, packTarball } from '../test/e2e/support/tarball';

const demoFolder = path.join(rootFolder, '.demo');
const imagesFolder = path.join(demoFolder, 'images');
const examplesFolder = path.join(rootFolder, 'examples');
const stateFile = path.join(demoFolder, 'state.json');
const runningFile = path.join(demoFolder, 'running.json');

const demoExample = 'demo.json';
const email = 'demo@example.com';
const wantedPort = 5678;
const wantedSimulatorPort = 5690;
/** A task that takes a provider twenty seconds takes two here. */
const timeFactor = 0.1;

interface ImportedWorkflow {
	readonly id: string;
	readonly versionId: string;
	readonly sourceHash: string;
}

/** What earlier runs have left in the demo's n8n. */
interface State {
	/** Different for each clone: a page in the browser can reach this n8n too, and must not know the password. */
	password: string;
	packageHash?: string;
	workflows: Record<string, ImportedWorkflow>;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

const hashOf = (content: string | Buffer) => createHash('sha256').update(content).digest('hex');

async function readJson<Content>(file: string, otherwise: Content): Promise<Content> {
	try {
		return JSON.parse(await readFile(file, 'utf8')) as Content;
	} catch {
		return otherwise;
	}
}

/** n8n requires a digit and a capital letter. */
const newPassword = () => `Seedream-${randomBytes(9).toString('base64url')}-1`;

async function readState(): Promise<State> {
	return { password: newPassword(), workflows: {}, ...(await readJson<Partial<State>>(stateFile, {})) };
}

/** It contains the password. */
async function saveState(state: State): Promise<void> {
	await writeFile(stateFile, JSON.stringify(state, null, '\t'), { mode: 0o600 });
}

function isProcessRunning(processId: number): boolean {
	try {
		process.kill(processId, 0);
		return true;
	} catch (error) {
		return (error as NodeJS.ErrnoException).code === 'EPERM';
	}
}

interface Started {
	readonly processId: number;
	readonly url: string;
}

interface Running {
	readonly processId: number;
	readonly simulator?: Started;
	readonly n8n?: Started;
}

const isHealthy = async (address: string) =>
	await fetch(address, { signal: AbortSignal.timeout(5_000) }).then(
		(response) => response.ok,
		() => false,
	);

/** By itself, the process number may belong to another process meanwhile. */
async function endLeftBehind(name: string, started: Started | undefined, health: string): Promise<void> {
	if (started === undefined || !isProcessRunning(started.processId) || !(await isHealthy(`${started.url}${health}`))) return;
	say(`   Ending ${name}, which a killed npm start left running.`);
	// Both are leaders of their process groups.
	process.kill(process.platform === 'win32' ? started.processId : -started.processId, 'SIGTERM');
	for (let waited = 0; waited < 100 && isProcessRunning(started.processId); waited += 1) await sleep(100);
}

/** The demo's database serves one n8n at a time. */
async function findOtherRun(): Promise<Running | undefined> {
	const running = await readJson<Running | undefined>(runningFile, undefined);
	if (running === undefined || running.processId === process.pid) return undefined;
	const { processId, simulator, n8n } = running;
	if (isProcessRunning(processId) && (n8n === undefined || (await isHealthy(`${n8n.url}/healthz`)))) return running;
	await endLeftBehind('the n8n', n8n, '/healthz');
	await endLeftBehind('the simulator', simulator, '/__tasks');
	return undefined;
}

async function installPackage(state: State): Promise<void> {
	const tarball = await packTarball();
	try {
		const packageHash = hashOf(await readFile(tarball.file));
		if (packageHash === state.packageHash) {
			say('   The package has not changed since the last time.');
			return;
		}
		await installTarball(demoFolder, tarball.file);
		state.packageHash = packageHash;
		say(
			`   Installed the package, ${Math.round(tarball.bytes / 1000)} kB packed, into n8n's folder of community nodes. (Settings > Community nodes lists only what was installed there.)`,
		);
	} finally {
		await tarball.remove();
	}
}

const isLocal = (baseUrl: unknown) => typeof baseUrl === 'string' && /^http:\/\/127\.0\.0\.1:\d+\//.test(baseUrl);

/** A credential that the user has pointed at the real provider stays as it is. */
async function prepareCredentials(client: RestClient, simulatorUrl: string): Promise<void> {
	const existing = await client.listCredentials();
	for (const wanted of createDemoCredentials(simulatorUrl)) {
		const found = existing.find(({ name, type }) => name === wanted.name && type === wanted.type);
		if (found === undefined) {
			await client.createCredential(wanted);
			continue;
		}
		const saved = await client.getCredential(found.id);
		if (!isLocal(saved.data.baseUrl) || saved.data.baseUrl === wanted.data.baseUrl) continue;
		// n8n keeps the key if it gets back the masked one.
		await client.updateCredential(found.id, { ...wanted, data: { ...saved.data, baseUrl: wanted.data.baseUrl } });
	}
}

async function importExample(client: RestClient, source: string, earlier: ImportedWorkflow | undefined): Promise<ImportedWorkflow> {
	const sourceHash = hashOf(source);
	const example = linkCredentials(JSON.parse(source) as WorkflowToCreate, await client.listCredentials());
	const { name, nodes, connections, settings } = example;
	const current = earlier === undefined ? undefined : await client.getWorkflow(earlier.id).catch(() => undefined);
	if (earlier === undefined || current === undefined || current.isArchived === true) {
		const { id, versionId } = await client.createWorkflow({ name, nodes, connections, settings, pinData: {} });
		return { id, versionId, sourceHash };
	}
	if (earlier.sourceHash === sourceHash) return earlier;
	if (current.versionId !== earlier.versionId) {
		say(`   "${current.name}" was changed by you, so it is kept. Delete it to get the new version at the next start.`);
		return { ...earlier, sourceHash };
	}
	const { id, versionId } = await client.updateWorkflow(earlier.id, { name, nodes, connections, settings, pinData: {} });
	return { id, versionId, sourceHash };
}

async function importExamples(client: RestClient, state: State): Promise<void> {
	const files = (await readdir(examplesFolder)).filter((file) => file.endsWith('.json')).sort();
	for (const file of files) {
		state.workflows[file] = await importExample(client, await readFile(path.join(examplesFolder, file), 'utf8'), state.workflows[file]);
	}
	say(`   ${files.length} example workflows, and a credential for each provider.`);
}

/** Each image once, although every later node shows it again. */
function findImages(execution: Execution): IBinaryData[] {
	const items = Object.values(execution.data.resultData.runData)
		.flat()
		.flatMap((run) => run.data?.main?.flat() ?? []);
	const binaries = items.flatMap((item) => Object.values(item?.binary ?? {})).filter(({ mimeType }) => mimeType.startsWith('image/'));
	return [...new Map(binaries.map((binary) => [binary.id ?? binary.data, binary])).values()];
}

/** Returns a line for each image: where it is, and its size, read from its bytes. */
async function saveImages(client: RestClient, images: readonly IBinaryData[]): Promise<string[]> {
	await rm(imagesFolder, { recursive: true, force: true });
	await mkdir(imagesFolder, { recursive: true });
	return await Promise.all(
		images.map(async (image, index) => {
			const file = path.join(imagesFolder, path.basename(image.fileName ?? `image-${index + 1}.${image.fileExtension ?? 'png'}`));
			const bytes = await client.getBinary(image);
			await writeFile(file, bytes);
			const size = imageHeader(bytes)?.size;
			return `${file}  ${size === undefined ? 'of unknown size' : `${size.width} × ${size.height} pixels`}`;
		}),
	);
}

async function signIn(client: RestClient, password: string): Promise<void> {
	try {
		await client.signIn({ email, password });
	} catch (error) {
		throw new Error(
			`The account of the demo (${email}) no longer opens its n8n. Write the password that you gave it into .demo/state.json, or delete the folder .demo to start over. ${(error as Error).message}`,
		);
	}
}

/** Runs the demo workflow as it is in the editor, and prints the result. */
async function runDemoWorkflow(client: RestClient, workflowId: string): Promise<boolean> {
	const { nodes } = await client.getWorkflow(workflowId);
	const trigger = nodes.find(({ type }) => type === 'n8n-nodes-base.manualTrigger');
	if (trigger === undefined) {
		say('   The demo workflow no longer has a manual trigger, so it was not run. Delete it to get it back at the next start.');
		return false;
	}
	const executionId = await client.runWorkflow(workflowId, trigger.name);
	const execution = await client.waitForExecution(executionId, { limitSeconds: 600 });
	const images = await saveImages(client, findImages(execution));
	for (const image of images) say(`   ${image}`);
	if (execution.status === 'success' && images.length > 0) return true;
	const reason = execution.data.resultData.error?.message ?? 'it made no image';
	say(`   The demo workflow did not succeed: ${reason}`);
	say(`   See ${client.url}/workflow/${workflowId}/executions/${executionId}`);
	return false;
}

/** Resolves at Ctrl-C, or when the system asks the program to end. */
async function waitForSignal(): Promise<void> {
	await new Promise<void>((resolve) => {
		for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => resolve());
	});
}

/** Runs the demo in n8n; returns the exit code. */
export async function runDemo({ once }: { once: boolean }): Promise<number> {
	const other = await findOtherRun();
	if (other !== undefined) {
		say(
			other.n8n === undefined
				? 'Another npm start is already starting n8n in this folder.'
				: `npm start is already running: ${other.n8n.url}  (${email} / ${(await readState()).password})`,
		);
		if (once) say('Stop it first (Ctrl-C in its window), then run this again.');
		return once ? 1 : 0;
	}
	await mkdir(demoFolder, { recursive: true });
	const noteRunning = async (...[simulator, n8n]: Started[]) =>
		await writeFile(runningFile, JSON.stringify({ processId: process.pid, simulator, n8n }, ['processId', 'simulator', 'n8n', 'url']));
	await noteRunning();
	const stops: Array<() => Promise<void>> = [async () => await rm(runningFile, { force: true })];
	const interrupted = waitForSignal().then(() => 'interrupted' as const);
	try {
		const result = await Promise.race([interrupted, work()]);
		return result === 'interrupted' ? 130 : result;
	} finally {
		for (const stop of stops.reverse()) await stop();
	}

	async function work(): Promise<number> {
		const state = await readState();
		say('3/6 The package');
		await installPackage(state);
		await saveState(state);

		say('4/6 The simulator of the providers, and n8n');
		const simulator = await startSimulator({ port: wantedSimulatorPort, timeFactor });
		stops.push(simulator.stop);
		const instance = await startInstance({ userFolder: demoFolder, port: wantedPort });
		stops.push(instance.stop);
		if (instance.port !== wantedPort) say(`   Port ${wantedPort} is in use, so n8n uses ${instance.port}.`);
		say(`   n8n started in ${Math.round(instance.startSeconds)} s. The simulator answers on ${simulator.url}.`);
		await noteRunning(simulator, instance);

		say('5/6 Credentials and example workflows');
		const client = new RestClient(instance.url);
		await signIn(client, state.password);
		await prepareCredentials(client, simulator.url);
		await importExamples(client, state);
		await saveState(state);

		say('6/6 The demo workflow');
		const demo = state.workflows[demoExample];
		const hasSucceeded = demo !== undefined && (await runDemoWorkflow(client, demo.id));
		if (once) return hasSucceeded ? 0 : 1;

		say('');
		say(`n8n is open at ${instance.url}${demo === undefined ? '' : `/workflow/${demo.id}`}`);
		say(`   e-mail    ${email}`);
		say(`   password  ${state.password}`);
		say("It costs nothing: the demo credentials point at the simulator. Put your own key and the provider's base URL into one to use the real provider.");
		say('Press Ctrl-C to stop. Your changes are kept in .demo for the next time.');
		const end = await Promise.race([interrupted, instance.ended]);
		if (end === 'interrupted') return 0;
		say(`n8n has ended unexpectedly. Its log: ${path.join(demoFolder, 'n8n.log')}`);
		return 1;
	}
}
