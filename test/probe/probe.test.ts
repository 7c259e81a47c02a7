import { type ProviderId, providerIds } from '../../nodes/providers';
import { isJsonObject, setAt, valueAt, type JsonObject } from '../../nodes/core/json';
import { asMarkdown, type Report } from '../../scripts/probe/report';
import { probePrompt } from '../../scripts/probe/run';
import { startSimulator, type Simulator } from '../simulator/server';
import { contractOf } from '../support/contractOf';
import { providerOf } from '../support/provider';
import { startDriftingProxy, type Drift } from './support/driftingProxy';
import { haste, runCommand, type Ran } from './support/runCommand';

/** Keys that are like nothing else in a report. */
const keys = Object.fromEntries(providerIds.map((id) => [id, `${id}-4f6a8b2c9d0e1f3a5b7c`])) as Record<ProviderId, string>;

let simulator: Simulator;

beforeAll(async () => {
	simulator = await startSimulator({
		timeFactor: 1 / haste,
		seed: 7,
		keys: Object.fromEntries(providerIds.map((id) => [id, [keys[id]]])),
	});
});
afterEach(() => {
	simulator.setScenario('');
	simulator.reset();
});
afterAll(() => simulator.close());

const submits = (): number => simulator.requests.filter(({ kind }) => kind === 'submit').length;

function probe(id: ProviderId, args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
	return runCommand({ provider: id, args, environment: { SEEDREAM_API_KEY: keys[id], SEEDREAM_BASE_URL: simulator.baseUrls[id], ...environment } });
}

async function probeBehind(id: ProviderId, drift: Drift, args = ['--submit', '--yes']): Promise<Ran & { report: Report }> {
	const proxy = await startDriftingProxy(simulator.origin, drift);
	try {
		const ran = await probe(id, args, { SEEDREAM_BASE_URL: simulator.baseUrls[id].replace(simulator.origin, proxy.origin) });
		if (ran.report === undefined) throw new Error(ran.shown);
		return { ...ran, report: ran.report };
	} finally {
		await proxy.close();
	}
}

const drifts = ({ findings }: Report): string[] => findings.filter(({ isDrift }) => isDrift).map(({ where, text }) => `${where}: ${text}`);

/** What nobody but the user may see, in any provider's replies. */
const secrets = [...Object.values(keys), '4f6a8b2c', 'e1f3a5b7c', 'user_demo', 'demo@example.com', 'team_demo', 'key_demo'];

function expectNoSecret(text: string, id: ProviderId): void {
	const taskIds = simulator.tasks.filter(({ provider }) => provider === id).map((task) => task.id);
	for (const secret of [...secrets, ...taskIds, new URL(simulator.origin).host, '/images/']) expect(text).not.toContain(secret);
}

describe.each(providerIds)('%s, as described', (id) => {
	const { status: described, spareField: spare, taskPath: task } = contractOf(id).replies;
	const word = described.wordPath ?? '';
	const unknownWord = described.fields[word]?.is.includes('number') === true ? '7' : 'brewing';

	test('the credential test alone costs nothing', async () => {
		const { code, report } = await probe(id, []);
		expect(report).toMatchObject({ verdict: 'fine', failures: [], credentialTest: { passed: true }, job: [] });
		expect(code).toBe(0);
		expect(submits()).toBe(0);
	});

	test('a paid job is sent once and watched to its end, and its image is checked', async () => {
		const { code, shown, report } = await probe(id, ['--submit', '--yes']);
		expect({ code, failures: report?.failures, drifts: report && drifts(report) }).toEqual({ code: 0, failures: [], drifts: [] });
		expect(submits()).toBe(1);
		expect(report?.job.join('\n')).toMatch(/The first image is image\/png, 2048×2048 pixels, [\d,]+ bytes/);
		expect(report?.replies.map(({ what }) => what.split(/[ ,]/)[0])).toEqual(expect.arrayContaining(['credential', 'submit', 'status']));
		expectNoSecret(JSON.stringify(report), id);
		expectNoSecret(asMarkdown(report as Report), id);
		// The task's id is for the one who paid: on the screen, not in the report.
		expect(shown).toContain(`Task ${simulator.tasks[0]?.id} is accepted`);
		expect(shown).not.toContain(keys[id]);
	});

	test('a wrong key fails the credential test, and nothing is paid', async () => {
		const { code, shown, report } = await probe(id, ['--submit', '--yes'], { SEEDREAM_API_KEY: 'wrong-9e8d7c6b5a4f3e2d1c0b' });
		expect(code).toBe(1);
		expect(report).toMatchObject({ verdict: 'failed', credentialTest: { passed: false } });
		expect(report?.failures).toHaveLength(1);
		expect(report?.failures[0]).toContain('Check the key');
		expect(submits()).toBe(0);
		expect(`${shown}${JSON.stringify(report)}`).not.toContain('9e8d7c6b');
	});

	test('a network fault is reported in words', async () => {
		const { code, report } = await probe(id, ['--submit', '--yes'], { SEEDREAM_BASE_URL: 'http://127.0.0.1:9' });
		expect(code).toBe(1);
		expect(report?.failures.join()).toMatch(/the connection was refused \(ECONNREFUSED\)\. Check the network/);
		expect(report?.job).toEqual([]);
	});

	test('an added field, a missing field and another type are reported for each reply', async () => {
		const { code, report } = await probeBehind(id, (body, path) => {
			if (!asksForTask(id, path)) return;
			body.queue_position = 3;
			setAt(body, `${word}_reason`, 'none');
			if (spare !== undefined) remove(body, spare);
		});
		const told = report.findings.map(({ text }) => text);
		expect(told).toContain('queue_position is not described (number)');
		expect(told.some((text) => /_reason is not described \(text\)$/.test(text))).toBe(true);
		// Where nothing is described of a finished reply, nothing there contradicts a description.
		const missing = told.filter((text) => text.endsWith('is described, but is not in the reply'));
		expect({ spareField: spare, isReported: missing.length > 0, code, verdict: report.verdict }).toEqual(
			spare === undefined
				? { spareField: undefined, isReported: false, code: 0, verdict: 'fine' }
				: { spareField: spare, isReported: true, code: 1, verdict: 'drift' },
		);
		// The drift changes nothing about what the package reads.
		expect(report.job.join()).toContain('The first image is');
	});

	test('a renamed task field is reported, and the job is not sent again', async () => {
		const { code, report } = await probeBehind(id, (body, path) => {
			if (!path.endsWith(providerOf(id).submit.path)) return;
			setAt(body, `${task}entifier`, String(valueAt(body, task)));
			remove(body, task);
		});
		expect(code).toBe(1);
		expect(report.verdict).toBe('failed');
		expect(drifts(report).some((text) => text.includes('is described, but is not in the reply'))).toBe(true);
		expect(report.failures.join()).toMatch(/It is not known whether .* accepted the job: the reply contains no task ID.*may have been charged/);
		// Apiframe's idempotency key makes asking again harmless.
		expect(simulator.tasks).toHaveLength(1);
	});

	test('an unknown status word is reported, and the task is still waited for', async () => {
		simulator.setScenario(`[[status=word:${unknownWord}]]`);
		const { code, report } = await probe(id, ['--submit', '--yes']);
		expect(code).toBe(1);
		expect(report && drifts(report).some((text) => /is (7|"brewing"), which is not among the described/.test(text))).toBe(true);
		expect(report?.verdict).toBe('drift');
	});

	test("a task that fails is a failure in the provider's own words", async () => {
		simulator.setScenario('[[fail=GPU_ON_FIRE]]');
		const { code, report } = await probe(id, ['--submit', '--yes']);
		expect(code).toBe(1);
		expect(report).toMatchObject({ verdict: 'failed', failures: [expect.any(String)] });
		expect(report && drifts(report)).toEqual([]);
		expectNoSecret(JSON.stringify(report), id);
	});
});

describe.each(providerIds.flatMap((id) => Object.entries(contractOf(id).otherModels ?? {}).map(([model, contract]) => ({ id, model, contract }))))(
	'$id with $model, as described',
	({ id, model, contract: { price, request } }) => {
		test('a paid job is sent once with the documented request and watched to its end, and its image is checked', async () => {
			const { code, shown, report } = await probe(id, ['--model', model, '--submit', '--yes']);
			expect({ code, failures: report?.failures, drifts: report && drifts(report) }).toEqual({ code: 0, failures: [], drifts: [] });
			const sent = simulator.requests.filter(({ kind }) => kind === 'submit');
			expect(sent).toHaveLength(1);
			expect(sent[0]?.path).toMatch(new RegExp(`${request.path}$`));
			expect(sent[0]?.body).toEqual(withPrompt(request.text));
			expect(report?.job.join('\n')).toMatch(/The first image is image\/(png|jpeg), 2048×2048 pixels/);
			expect(shown).toContain(price === undefined ? 'the price is not known' : `from your account: ${price.amount} ${price.unit}`);
			const learned = report?.answers.filter(({ question }) => question.endsWith('costs')).map(({ answer }) => answer);
			const { amount, unit } = contractOf(id).price;
			expect(learned).toEqual(price === undefined ? [expect.stringMatching(`^${amount} ${unit} according to the account's balance`)] : []);
			expectNoSecret(JSON.stringify(report), id);
		});

		test('a model that the provider has dropped is a failure in its words', async () => {
			simulator.setScenario('[[submit=no-model]]');
			const { code, report } = await probe(id, ['--model', model, '--submit', '--yes']);
			expect(code).toBe(1);
			expect(report?.failures).toEqual([expect.stringMatching(/model/)]);
			expect(simulator.tasks).toEqual([]);
		});
	},
);

/** The body of a page with the probe's own prompt. */
function withPrompt(body: object): unknown {
	return JSON.parse(JSON.stringify(body), (_key, value: unknown) => (value === 'a fox' ? probePrompt : value));
}

test('an image of another format than asked for is drift', async () => {
	simulator.setScenario('[[image=webp]]');
	const { report } = await probe('apixo', ['--model', 'seedream-5.0', '--submit', '--yes']);
	expect(report && drifts(report)).toContain('image: it is image/webp, but jpeg was requested');
});

/** Whether a request asks for the task that was submitted, as the provider's adapter does. */
function asksForTask(id: ProviderId, path: string): boolean {
	return simulator.tasks.some((task) => path.endsWith(providerOf(id).status(task.id, {}).path));
}

function remove(body: JsonObject, path: string): void {
	const keys = path.split('.');
	const last = keys.pop() ?? '';
	const holder = keys.length === 0 ? body : valueAt(body, keys.join('.'));
	if (isJsonObject(holder)) delete holder[last];
}

test('the drift of a credential test is reported too', async () => {
	const { code, report } = await probeBehind('apiframe', (body) => void remove(body, 'team.credits'), []);
	expect(code).toBe(1);
	expect(drifts(report)).toEqual(['credential test: team.credits is described, but is not in the reply']);
});

test('status words in another case and numbers as text are reported, although the package accepts them', async () => {
	simulator.setScenario('[[status=uppercase]]');
	const apixo = await probe('apixo', ['--submit', '--yes']);
	expect(apixo.report && drifts(apixo.report)).toContainEqual(expect.stringContaining('another spelling'));
	const pixwith = await probe('pixwith', ['--submit', '--yes']);
	expect(pixwith.report && drifts(pixwith.report)).toContain('status "2": data.status is text ("2") instead of number');
});

test('an unreadable resultJson is reported', async () => {
	simulator.setScenario('[[result=broken-json]]');
	const { report } = await probe('apixo', ['--submit', '--yes']);
	expect(report && drifts(report)).toEqual([expect.stringContaining('data.resultJson is described as a text that holds JSON')]);
	expect(report?.verdict).toBe('failed');
});

test('a price other than documented is drift', async () => {
	const { report } = await probeBehind('apiframe', (body) => void (body.creditCost === 4 && (body.creditCost = 5)));
	expect(drifts(report)).toEqual(['cost: the reply says 5 credits, the package 4 credits']);
});

test.each([
	['403', /HTTP 403/],
	['html', /the file is not an image/],
	['reset', /\(ECONNRESET\)/],
	['cut', /cut off/],
	// On a busy machine the connection is gone before the beginning of the reply was read.
	['truncated', /cut off|\(ECONNRESET\)/],
])('an image that cannot be fetched (%s) is a failure of the probe', async (fault, reason) => {
	simulator.setScenario(`[[image=${fault}]]`);
	const { code, report } = await probe('apixo', ['--submit', '--yes']);
	expect(code).toBe(1);
	expect(report?.failures).toEqual([expect.stringMatching(reason)]);
});

test('an image is fetched without the key, also after a redirect', async () => {
	simulator.setScenario('[[image=redirect-elsewhere]]');
	const { code } = await probe('apixo', ['--submit', '--yes']);
	expect(code).toBe(0);
	const fetches = simulator.requests.filter(({ kind }) => kind === 'image');
	expect(fetches.map(({ hasCredential }) => hasCredential)).toEqual(fetches.map(() => false));
	expect(fetches.length).toBeGreaterThanOrEqual(2);
});

test('an image of another size than the panel shows is drift', async () => {
	const { report } = await probeBehind('apixo', (body) => {
		const taskId = valueAt(body, 'data.taskId');
		const resultUrls = [`${simulator.origin}/__thumbnail/${String(taskId)}/0.png`];
		if (valueAt(body, 'data.resultJson') !== undefined) setAt(body, 'data.resultJson', JSON.stringify({ resultUrls }));
	});
	expect(report.failures).toEqual([]);
	expect(drifts(report)).toEqual([expect.stringMatching(/^image: it has .* pixels, but the panel shows 2048×2048$/)]);
});

test('temporary faults are shown, but are not drift', async () => {
	simulator.setScenario('[[status=502html]]');
	const { code, report } = await probe('apixo', ['--submit', '--yes']);
	expect(code).toBe(0);
	expect(report?.replies.map(({ what }) => what)).toContain('status, HTTP 502');
});

test('a submit whose outcome is unknown is not repeated', async () => {
	simulator.setScenario('[[submit=reset-after]]');
	const { code, report } = await probe('apixo', ['--submit', '--yes']);
	expect(code).toBe(1);
	expect(simulator.tasks).toHaveLength(1);
	expect(report?.failures[0]).toContain('may have been charged');
});

test('a provider that quotes the key, an e-mail and markup in its words cannot put them into the report', async () => {
	const { report, shown } = await probeBehind('apixo', (body, path) => {
		if (path.includes('generateTask')) {
			body.code = 402;
			body.message = `Key ${keys.apixo} of jane.doe+x@corp.example (apixo-4f…3a5b7c) \u001b[31m<script>alert(1)</script> @admin ![x](https://evil.example/a?b=c)`;
			body[`owner ${keys.apixo}`] = 1;
		}
	});
	const markdown = asMarkdown(report);
	for (const text of [JSON.stringify(report), markdown, shown]) {
		expect(text).not.toMatch(/4f6a8b|3a5b7c|jane\.doe|corp\.example|\u001b|evil\.example\/a/);
	}
	expect(markdown).not.toMatch(/<script>|!\[x\]|https:\/\/|@admin/);
});

describe("PixelDojo's schema", () => {
	const question = (report: Report | undefined, words: string): string | undefined => report?.answers.find((answer) => answer.question.includes(words))?.answer;

	test('answers the open questions', async () => {
		const { report } = await probe('pixelDojo', []);
		expect(question(report, 'reference images')).toBe('"image_urls" (array, at most 14): put it into Image Field Name');
		expect(question(report, 'image_size')).toContain('"landscape_16_9"');
		expect(question(report, 'num_images')).toBe('not stated');
	});

	test('is compared with what the package sends', async () => {
		const { code, report } = await probeBehind(
			'pixelDojo',
			(body) => {
				const schema = isJsonObject(body.requestSchema) ? body.requestSchema : body;
				setAt(schema, 'properties.num_images', { type: 'integer', maximum: 4 });
				setAt(schema, 'properties.image_size', { type: 'string', enum: ['auto_2K', 'square', 'poster'] });
				setAt(schema, 'properties.enhance', { type: 'boolean' });
				remove(schema, 'properties.aspect_ratio');
			},
			[],
		);
		expect(code).toBe(1);
		expect(question(report, 'num_images')).toBe('4');
		expect(drifts(report)).toEqual([
			'schema: "aspect_ratio" is sent by the package if it is set, but the schema does not allow it',
			expect.stringMatching(/^schema: Image Size offers "auto_4K", .* which the schema's image_size does not allow$/),
			"schema: Image Count goes up to 6, the schema's num_images up to 4",
		]);
		expect(report.findings.map(({ text }) => text)).toEqual(
			expect.arrayContaining([expect.stringContaining('"enhance"'), expect.stringContaining('also takes "poster"')]),
		);
	});

	test('that is missing is reported', async () => {
		const { code, report } = await probeBehind(
			'pixelDojo',
			(body) => {
				delete body.properties;
				delete body.requestSchema;
			},
			[],
		);
		expect(code).toBe(1);
		expect(drifts(report)).toHaveLength(2);
		expect(report.answers).toEqual([]);
	});
});
