import { parseArgs } from 'node:util';

import { simulatedProviders } from './simulatedProviders';
import { startSimulator } from './server';
import type { RateLimit } from './world';

/** `apixo=60`: so many requests in a minute. */
function readRateLimit(text: string): RateLimit {
	const [id, perMinute] = text.split('=');
	const provider = simulatedProviders.find((candidate) => candidate.id === id);
	if (provider === undefined || !(Number(perMinute) > 0)) {
		throw new Error(`--rate-limit ${text}: write a provider and its requests per minute, e.g. apixo=60`);
	}
	return { provider: provider.id, perMinute: Number(perMinute) };
}

/** `apixo=4.2`: what the account has at first, in the provider's unit. */
function readCredits(text: string): [string, number] {
	const [id, amount] = text.split('=');
	if (!simulatedProviders.some((candidate) => candidate.id === id) || !(Number(amount) >= 0)) {
		throw new Error(`--credits ${text}: write a provider and its credits, e.g. apixo=4.2`);
	}
	return [id ?? '', Number(amount)];
}

async function main(): Promise<void> {
	const { values } = parseArgs({
		options: {
			port: { type: 'string', default: '0' },
			host: { type: 'string', default: '127.0.0.1' },
			'time-factor': { type: 'string', default: '1' },
			seed: { type: 'string' },
			scenario: { type: 'string' },
			flaky: { type: 'string', default: '0' },
			'rate-limit': { type: 'string', multiple: true, default: [] },
			credits: { type: 'string', multiple: true, default: [] },
		},
	});
	const simulator = await startSimulator({
		port: Number(values.port),
		host: values.host,
		timeFactor: Number(values['time-factor']),
		seed: values.seed === undefined ? undefined : Number(values.seed),
		scenario: values.scenario,
		flaky: Number(values.flaky),
		rateLimit: values['rate-limit'].map(readRateLimit),
		credits: Object.fromEntries(values.credits.map(readCredits)),
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
