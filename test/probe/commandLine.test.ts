import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

import { providerIds } from '../../nodes/providers';
import { main, type DryRunContext } from '../../scripts/probe/commandLine';
import { startSimulator, type Simulator } from '../simulator/server';
import { startDriftingProxy } from './support/driftingProxy';
import { haste, runCommand } from './support/runCommand';

const root = resolve(__dirname, '..', '..');

let simulator: Simulator;
let folder: string;

beforeAll(async () => {
	folder = mkdtempSync(join(tmpdir(), 'seedream-probe-'));
	simulator = await startSimulator({ timeFactor: 1 / haste, seed: 3 });
});
afterEach(() => simulator.reset());
afterAll(async () => {
	rmSync(folder, { recursive: true, force: true });
	await simulator.close();
});

const apixo = (): Record<string, string> => ({ SEEDREAM_APIXO_KEY: 'demo-apixo', SEEDREAM_BASE_URL: `${simulator.baseUrls.apixo}/` });

describe('wrong usage exits with 2 and says what to do', () => {
	async function complaint(args: readonly string[], environment: Record<string, string> = { SEEDREAM_API_KEY: 'demo-apixo' }): Promise<string> {
		const complaints: string[] = [];
		const never = (): never => {
			throw new Error('nothing may be asked');
		};
		const clock = { now: never, wallTime: never, alarm: never, random: never, isAborted: never, sleep: never };
		const surroundings: DryRunContext = { environment, clock, write: never, complain: (line) => void complaints.push(line) };
		expect(await main(args, surroundings)).toBe(2);
		return complaints.join('\n');
	}

	test.each<[string, string[], Record<string, string> | undefined, RegExp]>([
		['no provider', [], undefined, /^Which provider\?[^]*Usage: npm run probe/],
		['two providers', ['apixo', 'pixwith'], undefined, /One provider at a time/],
		['an unknown provider', ['fal'], undefined, new RegExp(`no provider "fal"\\. There are ${providerIds.join(', ')}\\.`)],
		['an unknown model', ['apixo', '--model', 'seedream-6'], undefined, /Model must be one of seedream-4\.5, seedream-5\.0 for APIXO, but is "seedream-6"\./],
		['a model of another provider', ['pixelDojo', '--model', 'seedream-5.0'], { SEEDREAM_API_KEY: 'pd_demo' }, /one of seedream-4\.5 for PixelDojo/],
		['an unknown flag', ['apixo', '--sumbit'], undefined, /Unknown option '--sumbit'\.[^]*Usage/],
		['no key', ['apixo'], {}, /There is no key for APIXO: put it into SEEDREAM_APIXO_KEY or SEEDREAM_API_KEY\. You can get one at https:/],
		['an empty key', ['pixelDojo'], { SEEDREAM_PIXELDOJO_KEY: ' ' }, /SEEDREAM_PIXELDOJO_KEY or SEEDREAM_API_KEY/],
		['the key of another provider', ['apixo'], { SEEDREAM_PIXWITH_KEY: 'demo-pixwith' }, /There is no key for APIXO/],
		['a key with a space in it', ['apixo'], { SEEDREAM_API_KEY: 'my secret key' }, /^SEEDREAM_API_KEY is not an API key/],
		['a base URL that is none', ['apixo'], { SEEDREAM_API_KEY: 'demo-apixo', SEEDREAM_BASE_URL: 'localhost:80' }, /SEEDREAM_BASE_URL must be an address/],
		['--yes alone', ['apixo', '--yes'], undefined, /without --submit nothing is paid/],
		['--submit without a terminal', ['apixo', '--submit'], undefined, /Add --yes if you agree to pay/],
		['a report into nowhere', ['apixo', '--report', '/no/such/folder/report.md'], undefined, /The report cannot be written to/],
	])('%s', async (_what, args, environment, expected) => {
		const said = await complaint(args, environment);
		expect(said).toMatch(expected);
		expect(said).not.toMatch(/demo-|my secret/);
	});
});

describe('the question before a paid job', () => {
	test.each(['', 'n', 'no', 'yess', 'j'])('%j is no', async (answer) => {
		const { code, questions, report } = await runCommand({ provider: 'apixo', args: ['--submit'], environment: apixo(), answer });
		expect(questions).toEqual([expect.stringMatching(/will be paid from your account: 0\.035 USD .*\(y\/N\) $/)]);
		expect({ code, job: report?.job }).toEqual({ code: 0, job: ['The paid job was declined; nothing was sent.'] });
		expect(simulator.tasks).toEqual([]);
	});

	test.each(['y', ' Yes '])('%j is yes', async (answer) => {
		const { code } = await runCommand({ provider: 'apixo', args: ['--submit'], environment: apixo(), answer });
		expect(code).toBe(0);
		expect(simulator.tasks).toHaveLength(1);
	});

	test('an undocumented price is shown as approximate', async () => {
		const environment = { SEEDREAM_API_KEY: 'pd_demo', SEEDREAM_BASE_URL: simulator.baseUrls.pixelDojo };
		const { questions } = await runCommand({ provider: 'PixelDojo', args: ['--submit'], environment, answer: 'n' });
		expect(questions.join()).toContain('about 1 credit');
	});

	test('is not asked if the key is refused', async () => {
		const { questions, code } = await runCommand({
			provider: 'apixo',
			args: ['--submit'],
			environment: { ...apixo(), SEEDREAM_APIXO_KEY: 'demo-wrong' },
			answer: 'y',
		});
		expect({ questions, code }).toEqual({ questions: [], code: 1 });
	});
});

test("the provider's own key takes precedence over the general one", async () => {
	const { code } = await runCommand({ provider: 'apixo', environment: { ...apixo(), SEEDREAM_API_KEY: 'demo-wrong' } });
	expect(code).toBe(0);
});

test('a short key that a provider quotes is shown nowhere', async () => {
	const proxy = await startDriftingProxy(simulator.origin, (body) => void (body.message = 'Unknown key "demo-wrong" (demo-wrong)'));
	const environment = { SEEDREAM_API_KEY: 'demo-wrong', SEEDREAM_BASE_URL: `${proxy.origin}/apixo/api/v1` };
	const { shown, report } = await runCommand({ provider: 'apixo', environment });
	await proxy.close();
	expect(report?.failures.join()).toContain('Unknown key "[hidden]" ([hidden])');
	expect(`${shown}${JSON.stringify(report)}`).not.toContain('demo-wrong');
});

describe('as a process', () => {
	const run = promisify(execFile);
	const tsx = (...args: string[]): string[] => ['--require', 'tsx/cjs', ...args];

	test('asks, writes the report and exits with 0', async () => {
		const file = join(folder, 'probe.md');
		const environment = { PATH: process.env.PATH, ...apixo() };
		const { stdout } = await run(process.execPath, tsx('scripts/probe.ts', 'apixo', '--report', file), { cwd: root, env: environment });
		expect(stdout).toContain('Everything that was checked is as documented.');
		expect(readFileSync(file, 'utf8')).toMatch(/^# Contract probe: APIXO, Seedream 4\.5\n\n\*\*Everything/);
	}, 30_000);

	test('exits with 2 if the key is missing', async () => {
		const ended = run(process.execPath, tsx('scripts/probe.ts', 'apixo'), { cwd: root, env: { PATH: process.env.PATH } });
		await expect(ended).rejects.toMatchObject({ code: 2, stderr: expect.stringContaining('There is no key for APIXO') });
	}, 30_000);

	test('loads no n8n module: core, providers and credentials do not need any', async () => {
		const script = `require('./scripts/probe/commandLine.ts'); console.log(JSON.stringify(Object.keys(require.cache)))`;
		const { stdout } = await run(process.execPath, tsx('--eval', script), { cwd: root });
		const loaded = (JSON.parse(stdout) as string[]).map((file) => file.replaceAll('\\', '/'));
		expect(loaded.some((file) => file.endsWith('/nodes/core/task/waitForTask.ts'))).toBe(true);
		expect(loaded.filter((file) => /\/node_modules\/(n8n-|@n8n\/)/.test(file))).toEqual([]);
		expect(loaded.filter((file) => file.includes('/nodes/host/'))).toEqual([]);
	}, 30_000);
});
