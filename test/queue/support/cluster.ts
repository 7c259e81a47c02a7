/** n8n as it runs beyond one machine: a main process and workers with the packed package, Redis and PostgreSQL between them. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { createEnvironment, startInstance, type Instance } from '../../e2e/support/instance';
import { findFreePort } from '../../e2e/support/ports';
import { getRuntime } from '../../e2e/support/runtime';
import { installTarball, packTarball } from '../../e2e/support/tarball';
import { database, findPrograms, startPostgres, startRedis } from './services';

const startLimitMilliseconds = 180_000;

export interface Worker {
	readonly name: string;
	readonly processId: number;
	log(): string;
	stop(): Promise<void>;
	kill(): Promise<void>;
}

export interface ClusterOptions {
	/** The main process's port, if it is free. */
	readonly port?: number;
	readonly workers?: number;
	/** Executions that a worker runs at the same time. */
	readonly concurrency?: number;
	/** On top of what every process gets. */
	readonly environment?: Readonly<Record<string, string>>;
}

export interface Cluster {
	readonly main: Instance;
	/** Those that run. */
	readonly workers: readonly Worker[];
	startWorker(): Promise<Worker>;
	/** As a crash ends it, with everything it started; it is no longer among the workers then. */
	killWorker(worker: Worker): Promise<void>;
	/** The same address afterwards, because providers know no other. */
	restartMain(): Promise<void>;
	restartRedis(): Promise<void>;
	stop(): Promise<void>;
}

type Environment = Record<string, string>;

async function startWorker(
	name: string,
	{ userFolder, concurrency, environment }: { userFolder: string; concurrency: number; environment: Environment },
): Promise<Worker> {
	const { node, n8n } = getRuntime();
	mkdirSync(userFolder, { recursive: true });
	const logFile = path.join(userFolder, 'n8n.log');
	const descriptor = openSync(logFile, 'w');
	const child = spawn(node, [n8n, 'worker', `--concurrency=${concurrency}`], {
		cwd: userFolder,
		detached: true,
		stdio: ['ignore', descriptor, descriptor],
		env: createEnvironment(userFolder, { ...environment, N8N_RUNNERS_BROKER_PORT: String(await findFreePort()) }),
	});
	closeSync(descriptor);
	const log = () => readFileSync(logFile, 'utf8');
	let hasEnded = false;
	const signal = (wanted: NodeJS.Signals) => {
		try {
			if (child.pid !== undefined && !hasEnded) process.kill(-child.pid, wanted);
		} catch {
			// Already gone.
		}
	};
	const killNow = () => signal('SIGKILL');
	process.once('exit', killNow);
	const ended = new Promise<void>((resolve) => {
		child.once('exit', () => {
			killNow();
			hasEnded = true;
			process.removeListener('exit', killNow);
			resolve();
		});
	});
	const kill = async () => {
		killNow();
		await ended;
	};
	const endsAt = Date.now() + startLimitMilliseconds;
	while (!log().includes('worker is now ready')) {
		if (hasEnded || Date.now() > endsAt) {
			await kill();
			throw new Error(`${name} did not start:\n${log().split('\n').slice(-20).join('\n')}`);
		}
		await sleep(200);
	}
	return {
		name,
		processId: child.pid ?? 0,
		log,
		kill,
		async stop() {
			signal('SIGTERM');
			await Promise.race([ended, sleep(15_000, undefined, { ref: false })]);
			await kill();
		},
	};
}

function queueEnvironment(redisPort: number, postgresPort: number): Environment {
	return {
		EXECUTIONS_MODE: 'queue',
		OFFLOAD_MANUAL_EXECUTIONS_TO_WORKERS: 'true',
		QUEUE_BULL_REDIS_HOST: '127.0.0.1',
		QUEUE_BULL_REDIS_PORT: String(redisPort),
		// A killed worker is noticed within seconds instead of a minute and a half.
		QUEUE_WORKER_LOCK_DURATION: '5000',
		QUEUE_WORKER_LOCK_RENEW_TIME: '1500',
		QUEUE_WORKER_STALLED_INTERVAL: '3000',
		DB_TYPE: 'postgresdb',
		DB_POSTGRESDB_HOST: '127.0.0.1',
		DB_POSTGRESDB_PORT: String(postgresPort),
		DB_POSTGRESDB_DATABASE: database.name,
		DB_POSTGRESDB_USER: database.user,
		DB_POSTGRESDB_PASSWORD: 'unused',
		N8N_ENCRYPTION_KEY: randomBytes(24).toString('hex'),
	};
}

/** Starts one main process and its workers; throws a clear sentence where Redis or PostgreSQL is missing. */
export async function startCluster({ port, workers: workerCount = 2, concurrency = 5, environment: more = {} }: ClusterOptions = {}): Promise<Cluster> {
	const programs = findPrograms();
	if (typeof programs === 'string') throw new Error(programs);
	const stops: Array<() => Promise<void>> = [];
	const stop = async () => {
		for (const one of stops.splice(0).reverse()) await one();
	};
	try {
		const folder = await mkdtemp(path.join(tmpdir(), 'seedream-queue-'));
		// PostgreSQL runs as another user, who must get through to its own folder.
		chmodSync(folder, 0o711);
		stops.push(async () => await rm(folder, { recursive: true, force: true }));
		const mainFolder = path.join(folder, 'main');
		const install = async () => {
			const tarball = await packTarball();
			await installTarball(mainFolder, tarball.file).finally(tarball.remove);
		};
		const installed = install();
		// Its fault is thrown where it is waited for.
		installed.catch(() => undefined);
		let redis = await startRedis(programs, path.join(folder, 'redis'));
		stops.push(async () => await redis.stop());
		const postgres = await startPostgres(programs, path.join(folder, 'postgres'));
		stops.push(postgres.stop);
		const environment = { ...queueEnvironment(redis.port, postgres.port), ...more };
		await installed;
		let main = await startInstance({ userFolder: mainFolder, environment, ...(port === undefined ? {} : { port }) });
		stops.push(async () => await main.stop());

		const workers: Worker[] = [];
		let count = 0;
		const addWorker = async () => {
			count += 1;
			const name = `worker-${count}`;
			const userFolder = path.join(folder, name);
			await cp(path.join(mainFolder, '.n8n', 'nodes'), path.join(userFolder, '.n8n', 'nodes'), { recursive: true });
			// The address for callbacks is written where the execution runs: a worker that does not know it says localhost.
			const worker = await startWorker(name, { userFolder, concurrency, environment: { ...environment, N8N_WEBHOOK_URL: `${main.url}/` } });
			workers.push(worker);
			stops.push(worker.stop);
			return worker;
		};
		await Promise.all(Array.from({ length: workerCount }, addWorker));
		return {
			get main() {
				return main;
			},
			workers,
			startWorker: addWorker,
			async killWorker(worker) {
				await worker.kill();
				workers.splice(workers.indexOf(worker), 1);
			},
			async restartMain() {
				const { port: samePort } = main;
				await main.stop();
				main = await startInstance({ userFolder: mainFolder, environment, port: samePort });
				if (main.port !== samePort) throw new Error(`Port ${samePort} was taken meanwhile`);
			},
			async restartRedis() {
				const { port: samePort } = redis;
				await redis.stop();
				redis = await startRedis(programs, path.join(folder, 'redis'), samePort);
			},
			stop,
		};
	} catch (error) {
		await stop();
		throw error;
	}
}
