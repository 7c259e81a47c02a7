import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startInstance } from '../e2e/support/instance';
import { installTarball, packTarball } from '../e2e/support/tarball';
import type { Figure } from './main';
import { median } from './quantile';

const rounds = 5;

/** Seconds until n8n answers, in a folder that it has set up before. */
async function startOnce(userFolder: string): Promise<number> {
	const instance = await startInstance({ userFolder });
	await instance.stop();
	return instance.startSeconds;
}

/** What the package adds to n8n's start, measured in turns. */
export async function measureStart(): Promise<Figure[]> {
	const [without, withPackage] = [await mkdtemp(path.join(tmpdir(), 'seedream-without-')), await mkdtemp(path.join(tmpdir(), 'seedream-with-'))];
	const tarball = await packTarball();
	try {
		await installTarball(withPackage, tarball.file);
		for (const folder of [without, withPackage]) await startOnce(folder);
		const seconds = { without: [] as number[], withPackage: [] as number[] };
		for (let round = 0; round < rounds; round++) {
			seconds.without.push(await startOnce(without));
			seconds.withPackage.push(await startOnce(withPackage));
		}
		const [base, ours] = [median(seconds.without), median(seconds.withPackage)];
		return [
			{ what: `start of n8n without the package, median of ${rounds}`, value: `${base.toFixed(2)} s`, bar: '-', isMet: true },
			{ what: 'with the package ÷ without', value: (ours / base).toFixed(2), bar: '≤ 1.05', isMet: ours / base <= 1.05 },
		];
	} finally {
		await tarball.remove();
		for (const folder of [without, withPackage]) await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 200 });
	}
}
