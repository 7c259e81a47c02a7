/** The examples that talk to a person: a bot, an agent, a storyboard by mail. The services are doubles on this machine. */
import { setTimeout as sleep } from 'node:timers/promises';

import { imageHeader } from '../../nodes/core/image/imageHeader';
import { linkCredentials } from './support/demoCredentials';
import { startChatModelDouble, type ChatModelDouble } from './support/doubles/chatModel';
import { startMailDouble, type MailDouble } from './support/doubles/mail';
import { startTelegramDouble, type TelegramDouble } from './support/doubles/telegram';
import { conversationFiles, readExample } from './support/exampleFiles';
import { takePhoto } from './support/photo';
import { type CredentialToCreate, type Execution, type Workflow } from './support/restClient';
import { openSession } from './support/session';
import { assertSucceeded, itemsOf } from './support/workflow';

const session = openSession();
const { client, simulator } = session;

let telegram: TelegramDouble;
let mail: MailDouble;
let model: ChatModelDouble;
const imported = new Map<string, Workflow>();
let storyboard: Promise<Execution>;
let conversation: Promise<Execution[]>;
let botRuns: Promise<Execution[]>;
let approved: ReturnType<typeof answerReview>;
let spared: Promise<Execution>;
let declined: ReturnType<typeof answerReview>;
const chat = 4711;

function workflowOf(file: (typeof conversationFiles)[number]): Workflow {
	const found = imported.get(file);
	if (found === undefined) throw new Error(`${file} was not imported`);
	return found;
}

/** The editor's chat. */
async function writeTo(file: (typeof conversationFiles)[number], chatInput: string): Promise<string> {
	return await client.runWorkflow(workflowOf(file).id, 'Chat', { sessionId: chatInput, action: 'sendMessage', chatInput });
}

const askAgent = async (chatInput: string) => await client.waitForExecution(await writeTo('ai-agent-with-tool.json', chatInput));

/** A person who gets the mail and presses one of its buttons; n8n takes a program for a bot that only looks. */
async function answerReview(chatInput: string, approved: boolean): Promise<{ submitsBefore: number; execution: Execution }> {
	const id = await writeTo('ai-agent-with-review.json', chatInput);
	await client.waitForExecution(id, { status: 'waiting' });
	const submitsBefore = (await simulator.submits(chatInput)).length;
	const links = mail.mails.flatMap((one) => one.links).map((link) => new URL(link));
	const button = links.find(
		({ pathname, searchParams }) => pathname.startsWith(`/webhook-waiting/${id}/`) && searchParams.get('approved') === String(approved),
	);
	if (button === undefined) throw new Error(`No mail asked for execution ${id}`);
	const { status } = await fetch(button, {
		headers: { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36' },
	});
	expect(status).toBe(200);
	return { submitsBefore, execution: await client.waitForExecution(id) };
}

async function writeToBot(): Promise<Execution[]> {
	const bot = workflowOf('telegram-bot.json');
	await client.activateWorkflow(bot);
	const endsAt = Date.now() + 60_000;
	while (telegram.webhookUrl() === undefined && Date.now() < endsAt) await sleep(200);
	await telegram.write(chat, { text: 'A bot draws a harbour' });
	await telegram.write(chat, { caption: 'A bot makes it a linocut [[check-references]]' }, await takePhoto('jpeg'));
	await telegram.write(chat, { text: 'A bot refuses this [[refuse]]' });
	await telegram.write(chat, { text: '/start' });
	await telegram.write(chat, { sticker: { emoji: '🐸' } });
	let runs = await client.listExecutions(bot.id);
	while (runs.length < 5 && Date.now() < endsAt) {
		await sleep(200);
		runs = await client.listExecutions(bot.id);
	}
	return await Promise.all(runs.map(async ({ id }) => await client.waitForExecution(id)));
}

beforeAll(async () => {
	[telegram, mail, model] = await Promise.all([
		startTelegramDouble(),
		startMailDouble(),
		startChatModelDouble(({ user, results, tools }) => {
			if (results.length > 0) return { text: `Here it is: ${results[0] ?? ''}` };
			if (!user.startsWith('Draw')) return { text: 'Hello!' };
			const [tool] = tools;
			const wanted = { Prompt: user, Aspect_Ratio: '16:9' };
			const isReviewed = tool?.parameters.properties.toolParameters !== undefined;
			return { calls: [{ name: tool?.name ?? '', arguments: isReviewed ? { toolParameters: wanted, hitlParameters: {} } : wanted }] };
		}),
	]);
	// What a user fills in for the services.
	const services: CredentialToCreate[] = [
		{ name: 'Your Telegram bot', type: 'telegramApi', data: { accessToken: telegram.token, baseUrl: telegram.url } },
		{ name: 'Your mail server', type: 'smtp', data: { user: '', password: '', host: '127.0.0.1', port: mail.port, secure: false, disableStartTls: true } },
		{ name: 'Your chat model', type: 'openAiApi', data: { apiKey: 'demo', url: model.url } },
	];
	// Under another name, because other tests look for theirs by the same.
	const own = await Promise.all(
		services.map(async ({ name, type, data }) => ({ name, type, id: await client.createCredential({ name: `${name}, in a conversation`, type, data }) })),
	);
	const known = [...own, ...(await client.listCredentials())];
	for (const file of conversationFiles) imported.set(file, await client.createWorkflow(linkCredentials(readExample(file, client.url), known)));
	// All at once, because APIXO's own pace alone takes twenty seconds.
	storyboard = client
		.runWorkflow(workflowOf('storyboard-in-one-mail.json').id, 'When clicking ‘Execute workflow’')
		.then(async (id) => await client.waitForExecution(id));
	conversation = Promise.all(['Good morning', 'Draw a heron at dawn'].map(askAgent));
	botRuns = writeToBot();
	approved = answerReview('Draw a crane that is approved', true);
	spared = writeTo('ai-agent-any-provider.json', 'Draw an egret for whoever can').then(async (id) => await client.waitForExecution(id));
	declined = answerReview('Draw a crane that is declined', false);
	await Promise.allSettled([storyboard, conversation, botRuns, approved, declined, spared]);
}, 120_000);

afterAll(async () => {
	await Promise.all([telegram, mail, model].map(async (double) => await double.stop()));
});

test('storyboard-in-one-mail.json attaches all pictures of one task to one mail', async () => {
	const execution = await storyboard;
	assertSucceeded(execution);
	const [item, ...others] = itemsOf(execution, 'Storyboard');
	expect(others).toHaveLength(0);
	expect(item?.json).toMatchObject({ imageCount: 4, cost: { amount: 0.14, unit: 'USD' } });
	const sent = mail.mails.filter(({ subject }) => subject.startsWith('Storyboard'));
	expect(sent).toHaveLength(1);
	const [one] = sent;
	expect(one).toMatchObject({ to: ['you@example.com'], subject: 'Storyboard: The lighthouse keeper' });
	expect(one?.attachments.map(({ fileName, type }) => [fileName, type])).toEqual([1, 2, 3, 4].map((number) => [`storyboard-${number}.png`, 'image/png']));
	for (const { bytes } of one?.attachments ?? []) expect(imageHeader(bytes)?.size).toEqual({ width: 2848, height: 1600 });
	const [submit] = await simulator.submits('the same woman in a yellow raincoat');
	expect(submit?.body).toMatchObject({ input: { sequential_image_generation: 'auto', max_images: 4 } });
});

describe('telegram-bot.json', () => {
	test('draws what a text says, and restyles a photo as its caption says', async () => {
		const runs = await botRuns;
		expect(runs).toHaveLength(5);
		for (const run of runs) assertSucceeded(run);
		expect(telegram.sent.map(({ method, chatId, type }) => [method, chatId, type])).toEqual([
			['sendPhoto', '4711', 'image/png'],
			['sendPhoto', '4711', 'image/png'],
		]);
		for (const { bytes } of telegram.sent) expect(imageHeader(bytes)?.mimeType).toBe('image/png');
		await expect(simulator.tasks('A bot draws a harbour')).resolves.toMatchObject([{ provider: 'apixo', state: 'succeeded' }]);
		await expect(simulator.tasks('A bot makes it a linocut')).resolves.toMatchObject([{ provider: 'pixwith', references: 1, state: 'succeeded' }]);
	});

	test('says why there is no picture, and pays for neither commands nor stickers', async () => {
		const texts = telegram.messages.map(({ chatId, text }) => [chatId, text]).sort();
		expect(texts).toEqual([
			['4711', 'Send me a text and I draw it, or a photo with a caption and I change it.'],
			['4711', 'Send me a text and I draw it, or a photo with a caption and I change it.'],
			['4711', expect.stringMatching(/^That did not work\. APIXO refused the content/)],
		]);
		await expect(simulator.submits('/start')).resolves.toHaveLength(0);
	});

	test('ends its registration when it is unpublished', async () => {
		await client.deactivateWorkflow(workflowOf('telegram-bot.json').id);
		const endsAt = Date.now() + 30_000;
		while (telegram.webhookUrl() !== undefined && Date.now() < endsAt) await sleep(200);
		expect(telegram.webhookUrl()).toBeUndefined();
	});
});

test('ai-agent-with-tool.json draws when it is asked to, and only then', async () => {
	const executions = await conversation;
	for (const execution of executions) assertSucceeded(execution);
	const [greeted, drawn] = executions.map((execution) => itemsOf(execution, 'Picture agent')[0]?.json.output);
	expect(greeted).toBe('Hello!');
	const [task, ...others] = await simulator.tasks('Draw a heron at dawn');
	expect(others).toHaveLength(0);
	expect(drawn).toContain(task?.id);
	expect(drawn).toContain('"cost":{"amount":0.035,"unit":"USD"}');
	expect(drawn).toContain('"pixels":{"width":2848,"height":1600}');
	// Other examples talk to the same model at the same time.
	const { system = '', tools = [] } = model.conversations.find(({ user }) => user.includes('Draw a heron at dawn')) ?? {};
	expect(system).toContain('Make one only when the user wants one');
	expect(tools.map(({ name, parameters }) => [name, Object.keys(parameters.properties)])).toEqual([['Seedream_Generate', ['Prompt', 'Aspect_Ratio']]]);
});

describe('ai-agent-with-review.json', () => {
	test('sends nothing before a person has approved, and then draws', async () => {
		const { submitsBefore, execution } = await approved;
		expect(submitsBefore).toBe(0);
		assertSucceeded(execution);
		const [task, ...others] = await simulator.tasks('Draw a crane that is approved');
		expect(others).toHaveLength(0);
		expect(itemsOf(execution, 'Picture agent')[0]?.json.output).toContain(task?.id);
	});

	test('sends nothing when the person declines, and tells the model so', async () => {
		const { execution } = await declined;
		assertSucceeded(execution);
		expect(itemsOf(execution, 'Picture agent')[0]?.json.output).toMatch(/rejected/);
		await expect(simulator.submits('Draw a crane that is declined')).resolves.toHaveLength(0);
	});
});

test('ai-agent-any-provider.json draws at the second provider when the first has no credits', async () => {
	const execution = await spared;
	assertSucceeded(execution);
	const [task, ...others] = await simulator.tasks('Draw an egret for whoever can');
	expect(others).toHaveLength(0);
	expect(task).toMatchObject({ provider: 'pixwith', state: 'succeeded' });
	expect(itemsOf(execution, 'Picture agent')[0]?.json.output).toContain(task?.id);
});
