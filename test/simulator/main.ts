import { parseArgs } from 'node:util';

import { simulatedProviders } from './providers';
import { startSimulator } from './server';

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '0' },
			host: { type: 'string', default: '127.0.0.1' },
			'time-factor': { type: 'string', default: '1' },
			seed: { type: 'string' },
			scenario: { type: 'string' },
		},
	});
	const simulator = await startSimulator({
		port: Number(values.port),
		host: values.host,
		timeFactor: Number(values['time-factor']),
		seed: values.seed === undefined ? undefined : Number(values.seed),
		scenario: values.scenario,
	});
	console.log(`Simulator ready on ${simulator.origin}`);
	for (const { id, displayName } of simulatedProviders) {
		console.log(`${displayName.padEnd(12)}${simulator.baseUrls[id].padEnd(46)}key ${simulator.demoKeys[id]}`);
	}
	const end = (): void => {
		void simulator.close().then(() => process.exit(0));
	};
	process.once('SIGTERM', end);
	process.once('SIGINT', end);
}

void main().catch((error: unknown) => {
	console.error(error instanceof Error ? error.message : error);
	process.exit(1);
});
