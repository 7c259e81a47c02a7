/** Redis and PostgreSQL from the system, each on a port and in a folder of its own. */
import { execFileSync, spawn, type ChildProcess, type SpawnOptions } from 'node:child_process';
import { chownSync, closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { createConnection } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { findFreePort } from '../../e2e/support/ports';

const startLimitMilliseconds = 60_000;

export interface Service {
	readonly port: number;
	stop(): Promise<void>;
}

function findProgram(name: string, folders: readonly string[] = []): string | undefined {
	return [...folders, ...(process.env.PATH ?? '').split(path.delimiter)].map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** Debian keeps PostgreSQL's server programs off the PATH, one folder per version. */
function postgresFolders(): string[] {
	const root = '/usr/lib/postgresql';
	return existsSync(root)
		? readdirSync(root)
				.sort()
				.reverse()
				.map((version) => path.join(root, version, 'bin'))
		: [];
}

export interface Programs {
	readonly redis: string;
	readonly postgres: string;
	readonly initdb: string;
}

/** The programs, or one sentence on what is missing. */
export function findPrograms(): Programs | string {
	const redis = findProgram('redis-server');
	const postgres = findProgram('postgres', postgresFolders());
	const initdb = findProgram('initdb', postgresFolders());
	if (redis !== undefined && postgres !== undefined && initdb !== undefined) return { redis, postgres, initdb };
	const missing = [...(redis === undefined ? ['redis-server'] : []), ...(postgres === undefined || initdb === undefined ? ['postgresql'] : [])];
	return `n8n's queue mode needs ${missing.join(' and ')}, which this machine does not have. On Debian or Ubuntu: apt-get install ${missing.join(' ')}.`;
}

function accepts(port: number): Promise<boolean> {
	return new Promise((resolve) => {
		const socket = createConnection({ port, host: '127.0.0.1' });
		const end = (answer: boolean) => {
			socket.destroy();
			resolve(answer);
		};
		socket.once('connect', () => end(true));
		socket.once('error', () => end(false));
	});
}

interface Command {
	readonly program: string;
	readonly parameters: readonly string[];
	readonly port: number;
	readonly logFile: string;
	readonly stopSignal: NodeJS.Signals;
	readonly options?: SpawnOptions;
}

async function startService({ program, parameters, port, logFile, stopSignal, options }: Command): Promise<Service> {
	const descriptor = openSync(logFile, 'a');
	const child: ChildProcess = spawn(program, parameters, { stdio: ['ignore', descriptor, descriptor], ...options });
	closeSync(descriptor);
	const killNow = () => child.kill('SIGKILL');
	process.once('exit', killNow);
	let hasEnded = false;
	const ended = new Promise<void>((resolve) => {
		child.once('exit', () => {
			hasEnded = true;
			process.removeListener('exit', killNow);
			resolve();
		});
	});
	const endsAt = Date.now() + startLimitMilliseconds;
	while (!(await accepts(port))) {
		if (hasEnded || Date.now() > endsAt)
			throw new Error(`${path.basename(program)} did not start:\n${readFileSync(logFile, 'utf8').split('\n').slice(-15).join('\n')}`);
		await sleep(100);
	}
	return {
		port,
		async stop() {
			if (hasEnded) return;
			child.kill(stopSignal);
			await Promise.race([ended, sleep(10_000, undefined, { ref: false })]);
			child.kill('SIGKILL');
			await ended;
		},
	};
}

export async function startRedis(programs: Programs, folder: string, wantedPort?: number): Promise<Service> {
	mkdirSync(folder, { recursive: true });
	const port = await findFreePort(wantedPort);
	// Kept on disk, so that a restart loses nothing.
	const parameters = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--appendonly', 'yes', '--appendfsync', 'always', '--save', ''];
	return await startService({ program: programs.redis, parameters, port, logFile: path.join(folder, 'redis.log'), stopSignal: 'SIGTERM' });
}

export const database = { user: 'postgres', name: 'postgres' };

/** PostgreSQL refuses to run as root: then it runs as the user that Debian's package made for it. */
export async function startPostgres(programs: Programs, folder: string): Promise<Service> {
	mkdirSync(folder, { recursive: true });
	const options: { uid?: number; gid?: number; cwd: string } = { cwd: folder };
	if (process.getuid?.() === 0) {
		options.uid = Number(execFileSync('id', ['-u', 'postgres'], { encoding: 'utf8' }));
		options.gid = Number(execFileSync('id', ['-g', 'postgres'], { encoding: 'utf8' }));
		chownSync(folder, options.uid, options.gid);
	}
	const dataFolder = path.join(folder, 'data');
	execFileSync(programs.initdb, ['-D', dataFolder, '-U', database.user, '--auth=trust', '-E', 'UTF8', '--no-sync'], { ...options, stdio: 'pipe' });
	const port = await findFreePort();
	const parameters = ['-D', dataFolder, '-p', String(port), '-h', '127.0.0.1', '-k', folder, '-c', 'fsync=off'];
	return await startService({ program: programs.postgres, parameters, port, logFile: path.join(folder, 'postgres.log'), stopSignal: 'SIGINT', options });
}
