import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

import { startInstance } from './instance';
import { startSession } from './newSession';
import { publishSession } from './session';
import { startSimulator } from './simulator';
import { installTarball, packTarball } from './tarball';

/** Half a minute at the provider becomes half a second. */
const timeFactor = 0.02;

declare global {
	/** From the set-up to the tear-down, which run in one process but load their modules apart. */
	var stopEndToEnd: (() => Promise<void>) | undefined;
}

/** One n8n with the packed package and one simulator, for all end-to-end tests. */
export default async function startEndToEnd(): Promise<void> {
	const stops: Array<() => Promise<void>> = [];
	globalThis.stopEndToEnd = async () => {
		for (const stop of stops.reverse()) await stop();
	};
	try {
		const userFolder = await mkdtemp(path.join(tmpdir(), 'seedream-e2e-'));
		stops.push(async () => await rm(userFolder, { recursive: true, force: true }));
		const tarball = await packTarball();
		stops.push(tarball.remove);
		const { folder: packageFolder } = await installTarball(userFolder, tarball.file);

		const simulator = await startSimulator({ timeFactor });
		stops.push(simulator.stop);
		const instance = await startInstance({ userFolder });
		stops.push(instance.stop);

		const { n8n, simulatorUrl, credentialIds } = await startSession(instance.url, simulator.url);
		publishSession({ n8n, simulatorUrl, credentialIds, tarball: { bytes: tarball.bytes, entries: tarball.entries }, packageFolder });
	} catch (error) {
		// jest runs no teardown after a failed setup.
		await globalThis.stopEndToEnd();
		throw error;
	}
}
