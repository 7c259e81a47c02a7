import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findFreePort } from './ports';
import { getRuntime, rootFolder, type Runtime } from './runtime';

const startLimitMilliseconds = 180_000;
const stopLimitMilliseconds = 20_000;

export interface InstanceOptions {
	/** n8n keeps everything in `<userFolder>/.n8n`. */
	readonly userFolder: string;
	/** Another port is used if this one is taken. */
	readonly port?: number;
	/** Added to what every instance gets; `undefined` removes a variable. */
	readonly environment?: Readonly<Record<string, string | undefined>>;
	/** Another n8n than the one that the tests use. */
	readonly runtime?: Runtime;
}

export interface Instance {
	readonly url: string;
	readonly port: number;
	readonly userFolder: string;
	readonly processId: number;
	readonly startSeconds: number;
	/** Resolves when n8n ends, for any reason. */
	readonly ended: Promise<void>;
	log(): string;
	/** Asks n8n to end, as a user does; kills it when it does not. */
	stop(): Promise<void>;
	/** Ends n8n as a crash does, with everything it started. */
	kill(): Promise<void>;
}

/** The user's own n8n settings, and what would make n8n believe that it is itself under test. */
const keptOut = /^((N8N|DB|EXECUTIONS|QUEUE|NODES)_.*|NODE_ENV|NODE_OPTIONS|JEST_WORKER_ID)$/;

/** What the demo, the tests and the command-line calls all need. */
export function createEnvironment(userFolder: string, extra: InstanceOptions['environment'] = {}): NodeJS.ProcessEnv {
	const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) => !keptOut.test(name)));
	return {
		...inherited,
		// Node keeps there what it has compiled, so that the starts after the first take a sixth less of the processor's time.
		NODE_COMPILE_CACHE: path.join(rootFolder, 'node_modules', '.cache', 'n8n'),
		N8N_USER_FOLDER: userFolder,
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_SECURE_COOKIE: 'false',
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		...extra,
	};
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
	if (child.pid === undefined) return;
	try {
		// n8n's task runner is a process of its own: the group takes both.
		if (process.platform === 'win32') child.kill(signal);
		else process.kill(-child.pid, signal);
	} catch {
		// Already gone.
	}
}

/** While it starts, n8n answers every address with a page that says so, and with 200: only its settings prove that it is ready. */
async function isReady(url: string): Promise<boolean> {
	try {
		const response = await fetch(`${url}/rest/settings`, { signal: AbortSignal.timeout(5_000) });
		const { data } = (await response.json()) as { data?: unknown };
		return data !== undefined;
	} catch {
		return false;
	}
}

/** Starts n8n and returns when it answers. */
export async function startInstance({ userFolder, port: wantedPort, environment, runtime = getRuntime() }: InstanceOptions): Promise<Instance> {
	const startedAt = Date.now();
	const { node, n8n } = runtime;
	await mkdir(userFolder, { recursive: true });
	const port = await findFreePort(wantedPort);
	const brokerPort = await findFreePort();
	const url = `http://127.0.0.1:${port}`;
	const logFile = path.join(userFolder, 'n8n.log');
	const log = () => readFileSync(logFile, 'utf8');
	const descriptor = openSync(logFile, 'w');
	const child = spawn(node, [n8n, 'start'], {
		cwd: userFolder,
		// A group of its own, so that Ctrl-C reaches n8n through us, in order.
		detached: process.platform !== 'win32',
		stdio: ['ignore', descriptor, descriptor],
		env: createEnvironment(userFolder, {
			N8N_PORT: String(port),
			N8N_RUNNERS_BROKER_PORT: String(brokerPort),
			N8N_WEBHOOK_URL: `${url}/`,
			N8N_EDITOR_BASE_URL: `${url}/`,
			...environment,
		}),
	});
	closeSync(descriptor);
	let hasEnded = false;
	const ended = new Promise<void>((resolve) => {
		const end = () => {
			hasEnded = true;
			process.removeListener('exit', killNow);
			resolve();
		};
		child.once('error', end);
		child.once('exit', end);
	});
	function killNow(): void {
		signalGroup(child, 'SIGKILL');
	}
	process.once('exit', killNow);

	const kill = async () => {
		killNow();
		await ended;
	};
	const stop = async () => {
		if (hasEnded) return;
		signalGroup(child, 'SIGTERM');
		await Promise.race([ended, sleep(stopLimitMilliseconds, undefined, { ref: false })]);
		await kill();
	};

	while (!(await isReady(url))) {
		const isLate = Date.now() - startedAt > startLimitMilliseconds;
		if (hasEnded || isLate) {
			await kill();
			throw new Error(
				`n8n ${isLate ? `did not answer within ${startLimitMilliseconds / 1000} s` : 'ended while it was starting'}. The last lines of its log:\n${log().trim().split('\n').slice(-20).join('\n')}`,
			);
		}
		await sleep(200);
	}
	return { url, port, userFolder, processId: child.pid ?? 0, startSeconds: (Date.now() - startedAt) / 1000, ended, log, stop, kill };
}
