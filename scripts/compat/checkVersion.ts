import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import pLimit from 'p-limit';

import { startInstance } from '../../test/e2e/support/instance';
import { findFreePort } from '../../test/e2e/support/ports';
import { startSession } from '../../test/e2e/support/newSession';
import { type Runtime } from '../../test/e2e/support/runtime';
import { type Session } from '../../test/e2e/support/session';
import { startSimulator } from '../../test/e2e/support/simulator';
import { installTarball, type Tarball } from '../../test/e2e/support/tarball';
import { checks, type Check } from './checks';

/** A task that takes a provider half a minute takes half a second here. */
const timeFactor = 0.02;
const checksAtOnce = 3;

export type Verdict = { readonly kind: 'ok' } | { readonly kind: 'limit' | 'failed'; readonly words: string };

const wordsOf = (error: unknown): string => (error instanceof Error ? error.message : String(error)).trim();

export const starts = 'n8n starts with the package';

const verdictOf = async ({ run }: Check, session: Session): Promise<Verdict> =>
	await run(session).then(
		(limit) => (typeof limit === 'string' ? { kind: 'limit', words: limit } : { kind: 'ok' }),
		(error: unknown) => ({ kind: 'failed', words: wordsOf(error) }),
	);

/** Starts an n8n with the package and runs every check in it; returns the results by check name, as far as it got. */
export async function checkVersion(runtime: Runtime, tarball: Tarball, report: (line: string) => void): Promise<ReadonlyMap<string, Verdict>> {
	const cleanUps: Array<() => Promise<void>> = [];
	const verdicts = new Map<string, Verdict>();
	const note = (name: string, verdict: Verdict) => {
		verdicts.set(name, verdict);
		report(`   ${verdict.kind.padEnd(6)}  ${name}${verdict.kind === 'ok' ? '' : `: ${verdict.words}`}`);
	};
	try {
		const session = await open(runtime, tarball, cleanUps);
		note(starts, { kind: 'ok' });
		// One of them waits a minute for n8n to look for expired waits.
		const inTurn = pLimit(checksAtOnce);
		await Promise.all(checks.map((check) => inTurn(async () => note(check.name, await verdictOf(check, session)))));
		return verdicts;
	} catch (error) {
		note(starts, { kind: 'failed', words: wordsOf(error) });
		return verdicts;
	} finally {
		for (const cleanUp of cleanUps.reverse()) await cleanUp();
	}
}

async function open(runtime: Runtime, tarball: Tarball, cleanUps: Array<() => Promise<void>>): Promise<Session> {
	const userFolder = await mkdtemp(path.join(tmpdir(), 'seedream-compat-'));
	cleanUps.push(async () => await rm(userFolder, { recursive: true, force: true }));
	await installTarball(userFolder, tarball.file);
	const simulator = await startSimulator({ timeFactor });
	cleanUps.push(simulator.stop);
	const port = await findFreePort();
	const instance = await startInstance({
		userFolder,
		port,
		runtime,
		environment: {
			// The older name of N8N_WEBHOOK_URL.
			WEBHOOK_URL: `http://127.0.0.1:${port}/`,
			// Not the default in n8n 1, in which files are in memory and have no link.
			N8N_DEFAULT_BINARY_DATA_MODE: 'filesystem',
		},
	});
	cleanUps.push(instance.stop);
	return await startSession(instance.url, simulator.url);
}
