/** The nodes as tools of n8n's AI Agent. The model behind it is a script; everything between it and the provider is real. */
import { type IDataObject, type INode, type INodeExecutionData } from 'n8n-workflow';

import { startChatModelDouble, type ChatModelDouble, type Conversation, type OfferedTool, type Turn } from './support/doubles/chatModel';
import { type Execution, type WorkflowToCreate } from './support/restClient';
import { openSession } from './support/session';
import { generateNode, itemsNodes, runWorkflow, waitNode, workflowOf, type NodeToCreate } from './support/workflow';

const session = openSession();
const { client, simulator } = session;

type Script = (conversation: Conversation) => Turn;
const scripts = new Map<string, Script>();

let model: ChatModelDouble;
let credentials: NodeToCreate['credentials'];

beforeAll(async () => {
	model = await startChatModelDouble((conversation) => scripts.get(conversation.user)?.(conversation) ?? { text: 'There is no script for this' });
	const name = 'A local model';
	credentials = { openAiApi: { id: await client.createCredential({ name, type: 'openAiApi', data: { apiKey: 'demo', url: model.url } }), name } };
});

afterAll(async () => await model.stop());

/** What reads like a finished task stands on the agent's own item: no tool may take it for its own. */
const misleading = { status: 'succeeded', taskId: 'task_of_somebody_else', url: 'https://example.com/else.png', provider: 'pixwith' };

function agentWorkflow(name: string, version: number, tools: readonly NodeToCreate[]): WorkflowToCreate {
	const workflow = workflowOf(
		name,
		[
			...itemsNodes([{ request: name, ...misleading }]),
			{
				name: 'Agent',
				type: '@n8n/n8n-nodes-langchain.agent',
				typeVersion: version,
				parameters: { promptType: 'define', text: '={{ $json.request }}', options: {} },
			},
			{
				name: 'Model',
				type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
				typeVersion: 1.2,
				parameters: { model: { __rl: true, mode: 'id', value: 'local' }, options: {} },
				credentials,
			},
			...tools,
		],
		[
			['Start', 'List'],
			['List', 'Items'],
			['Items', 'Agent'],
		],
	);
	const below = (type: 'ai_languageModel' | 'ai_tool') => ({ [type]: [[{ node: 'Agent', type, index: 0 }]] });
	const links = Object.fromEntries(tools.map((one) => [one.name, below('ai_tool')]));
	return { ...workflow, connections: { ...workflow.connections, Model: below('ai_languageModel'), ...links } };
}

interface Asked {
	readonly execution: Execution;
	readonly status: Execution['status'];
	readonly offered: readonly OfferedTool[];
	/** What the tools answered, as the model read it. */
	readonly results: readonly string[];
	readonly answer: unknown;
}

let requests = 0;

async function ask(version: number, tools: readonly NodeToCreate[], script: Script): Promise<Asked> {
	requests += 1;
	const request = `Request ${requests}`;
	scripts.set(request, script);
	const execution = await runWorkflow(session, agentWorkflow(request, version, tools));
	return read(execution, request);
}

function read(execution: Execution, request: string): Asked {
	const mine = model.conversations.filter(({ user }) => user === request);
	const { json = {} } = execution.data.resultData.runData.Agent?.at(-1)?.data?.main?.[0]?.[0] ?? {};
	return { execution, status: execution.status, offered: mine[0]?.tools ?? [], results: mine.at(-1)?.results ?? [], answer: json.output };
}

const name = 'Seedream Generate';
const toolName = 'Seedream_Generate';
const ratio = "={{ $fromAI('aspect_ratio', 'Width to height: 1:1, 16:9 or 9:16', 'string', '1:1') }}";

/** Without a prompt of its own: the model writes it. */
const generateTool = (parameters: IDataObject = {}, more: Partial<INode> = {}): NodeToCreate =>
	generateNode(session, 'apixo', { aspectRatio: ratio, ...parameters }, { name, type: 'n8n-nodes-seedream.seedreamGenerateTool', ...more });
const waitTool = (parameters: IDataObject = {}): NodeToCreate =>
	waitNode(session, ['apixo'], parameters, { name: 'Seedream Wait for Task', type: 'n8n-nodes-seedream.seedreamWaitForTaskTool' });

const call = (prompt: string, more: IDataObject = {}) => ({ name: toolName, arguments: { Prompt: prompt, ...more } });
const sayResults: Script = ({ results }) => ({ text: results.join('\n') });
/** Calls in one turn, then an answer made of what came back. */
const once =
	(...calls: Array<ReturnType<typeof call>>): Script =>
	(conversation) =>
		conversation.results.length === 0 ? { calls } : sayResults(conversation);
/** One call after the other, then the answer. */
const oneByOne =
	(...calls: Array<ReturnType<typeof call>>): Script =>
	(conversation) => {
		const next = calls[conversation.results.length];
		return next === undefined ? sayResults(conversation) : { calls: [next] };
	};

const imagesIn = (result: string | undefined): IDataObject[] => JSON.parse(result ?? 'null') as IDataObject[];
const errorIn = (result: string | undefined): string => (imagesIn(result)[0]?.error ?? 'no error') as string;
/** What the execution keeps of a tool's calls. */
const keptOf = ({ execution }: Asked, node = name): INodeExecutionData[] =>
	(execution.data.resultData.runData[node] ?? []).flatMap(({ data }) => data?.ai_tool?.[0] ?? []);

// Version 3 has n8n run the tools as nodes; version 2 calls them itself.
describe.each([3.1, 2.2])('AI Agent version %s', (version) => {
	const about = (what: string): string => `${what}, agent ${version}`;
	const asked = async (script: Script, ...tools: NodeToCreate[]): Promise<Asked> => await ask(version, tools.length === 0 ? [generateTool()] : tools, script);

	test.concurrent('the tool tells the model its result, its cost and its input', async () => {
		const { offered, answer } = await asked(() => ({ text: 'No image is needed' }), generateTool(), waitTool());
		expect(answer).toBe('No image is needed');
		const [generate, wait] = [toolName, 'Seedream_Wait_for_Task'].map((one) => offered.find((tool) => tool.name === one));
		expect(generate?.description).toMatch(/^Generates images from a prompt with a Seedream model\./);
		expect(generate?.description).toContain('Price: 0.035 USD per generated image');
		expect(generate?.description).not.toMatch(/[{}=]/);
		expect(generate?.parameters.properties).toEqual({
			Prompt: { type: 'string', description: expect.stringMatching(/^What the image should show/) },
			aspect_ratio: { type: 'string', description: 'Width to height: 1:1, 16:9 or 9:16', default: '1:1' },
		});
		expect(generate?.parameters.required).toEqual(['Prompt']);
		expect(wait?.description).toContain('Checking a task is free');
		expect(wait?.parameters.properties).toEqual({ Task_ID: { type: 'string', description: 'The ID of the submitted task' } });
	});

	test.concurrent('the result is small JSON with URL and cost; nothing is downloaded', async () => {
		const prompt = about('a fox on a hill');
		// Left over from an ordinary node: an agent needs the images in its turn.
		const result = await asked(once(call(prompt, { aspect_ratio: '16:9' })), generateTool({ imageCount: 2, completion: 'returnTask' }));
		expect(result.status).toBe('success');
		const [task, ...others] = await simulator.tasks(prompt);
		expect(others).toHaveLength(0);
		const images = imagesIn(result.results[0]);
		expect(images).toHaveLength(2);
		for (const [imageIndex, image] of images.entries()) {
			expect(image).toMatchObject({
				provider: 'apixo',
				taskId: task?.id,
				status: 'succeeded',
				imageIndex,
				imageCount: 2,
				cost: { amount: 0.035, unit: 'USD' },
			});
			expect(image.url).toMatch(/^http/);
			expect(image.pixels).toEqual({ width: 2848, height: 1600 });
		}
		expect(result.results[0]?.length).toBeLessThan(1000);
		expect(result.answer).toBe(result.results[0]);
		await expect(simulator.downloads(task?.id ?? '')).resolves.toHaveLength(0);
		expect(keptOf(result).filter(({ binary }) => binary !== undefined)).toHaveLength(0);
	});

	test.concurrent('several calls of one turn are each paid once, even with the same input', async () => {
		const [first, twin] = [about('a hen'), about('a pair of twins')];
		const { results } = await asked(once(call(first), call(twin), call(twin)));
		expect(results).toHaveLength(3);
		const ids = results.map((result) => imagesIn(result)[0]?.taskId);
		expect(new Set(ids).size).toBe(3);
		const tasks = await Promise.all([simulator.tasks(first), simulator.tasks(twin)]);
		expect(tasks.map((list) => list.length)).toEqual([1, 2]);
	});

	test.concurrent(
		'a task that timed out is reused by a call with the same input',
		async () => {
			const again = about('a slow snail [[duration=3]]');
			const untilItComes: Script = ({ results }) =>
				results.length < 5 && imagesIn(results.at(-1))?.[0]?.status !== 'succeeded' ? { calls: [call(again)] } : sayResults({ results } as Conversation);
			const called = await asked(untilItComes, generateTool({ options: { timeout: 1 } }));
			expect(errorIn(called.results[0])).toMatch(
				/^APIXO had not finished after 1 seconds: .* Task task_\w+\. .*call again with exactly the same input.*is free/,
			);
			expect(imagesIn(called.results.at(-1))[0]?.status).toBe('succeeded');
			await expect(simulator.submits(again)).resolves.toHaveLength(1);
		},
		60_000,
	);

	test.concurrent('a task that failed at no cost is a new job when the agent calls again', async () => {
		const prompt = about('a second attempt [[fail=GENERATION_FAILED;times=1]]');
		const tool = generateNode(session, 'apiframe', { options: { spendingLimit: 4 } }, { name, type: 'n8n-nodes-seedream.seedreamGenerateTool' });
		const { results } = await asked(oneByOne(call(prompt), call(prompt)), tool);
		expect(errorIn(results[0])).toMatch(/^Apiframe could not generate the image: .*Call again to try once more\. Nothing was charged\.$/);
		expect(imagesIn(results[1])[0]?.status).toBe('succeeded');
		await expect(simulator.tasks(prompt)).resolves.toHaveLength(2);
	});

	test.concurrent('a job whose reply was lost is not paid again, however often the agent calls', async () => {
		const prompt = about('a lost letter [[submit=reset-after]]');
		const { results } = await asked(oneByOne(call(prompt), call(prompt)));
		for (const result of results)
			expect(errorIn(result)).toMatch(/^It is not known whether APIXO accepted the job: .*Do not call again, not even with a different prompt/);
		await expect(simulator.submits(prompt)).resolves.toHaveLength(1);
	});

	test.concurrent('a failure is text that the model can explain', async () => {
		const wrongKey = await client.createCredential({
			name: about('A wrong key'),
			type: 'apixoApi',
			data: { apiKey: 'not-a-key-1234', baseUrl: `${session.simulatorUrl}/apixo/api/v1` },
		});
		const [badRatio, refused, unauthorized, limited] = await Promise.all([
			asked(once(call(about('a dog'), { aspect_ratio: '5:4' }))),
			asked(once(call(about('a cat [[refuse]]')))),
			asked(once(call(about('a cow'))), generateTool({}, { credentials: { apixoApi: { id: wrongKey, name: '' } } })),
			asked(oneByOne(call(about('a bee')), call(about('a wasp'))), generateTool({ options: { spendingLimit: 0.05 } })),
		]);
		expect(errorIn(badRatio.results[0])).toBe(
			'Nothing was sent to APIXO: Aspect Ratio must be one of 16:9, 3:2, 4:3, 2:3, 3:4, 9:16, 1:1, 21:9, but is "5:4". If the mistake is in your input, correct it and call again; otherwise tell the user. Nothing was charged.',
		);
		expect(errorIn(refused.results[0])).toMatch(/^APIXO refused the content: .*Change the prompt or the reference images\. Nothing was charged\.$/);
		expect(errorIn(unauthorized.results[0])).toMatch(
			/^APIXO did not accept the API key: .*Check the API Key and the Base URL in the APIXO API credential\. Nothing was charged\.$/,
		);
		expect(unauthorized.results[0]).not.toContain('not-a-key-1234');
		expect(imagesIn(limited.results[0])[0]?.status).toBe('succeeded');
		expect(errorIn(limited.results[1])).toMatch(/^Nothing was sent to APIXO: Spending Limit is 0\.05 USD: 0\.035 are spent.*Nothing was charged\.$/);
		for (const { status, results, answer } of [badRatio, refused, unauthorized, limited]) {
			expect(status).toBe('success');
			expect(answer).toBe(results.join('\n'));
			for (const result of results) {
				expect(result).not.toContain('Request ');
				expect(result.length).toBeLessThan(1200);
			}
		}
	});

	test.concurrent('the spending limit covers all calls of one turn', async () => {
		const prompt = about('a costly crown');
		const { results } = await asked(once(call(`${prompt} 1`), call(`${prompt} 2`), call(`${prompt} 3`)), generateTool({ options: { spendingLimit: 0.07 } }));
		expect(results.map((result) => imagesIn(result)[0]?.status ?? 'refused').sort()).toEqual(['refused', 'succeeded', 'succeeded']);
		await expect(simulator.tasks(prompt)).resolves.toHaveLength(2);
	});

	test.concurrent('Wait for Task returns the URLs of the task that the model names', async () => {
		const prompt = about('a task of an earlier day');
		const handed = await runWorkflow(session, workflowOf(prompt, [...itemsNodes([{}]), generateNode(session, 'apixo', { prompt, completion: 'returnTask' })]));
		const taskId = handed.data.resultData.runData.Generate?.[0]?.data?.main?.[0]?.[0]?.json.taskId as string;
		const result = await asked(once({ name: 'Seedream_Wait_for_Task', arguments: { Task_ID: taskId } } as never), waitTool());
		expect(imagesIn(result.results[0])).toEqual([expect.objectContaining({ taskId, status: 'succeeded', url: expect.stringMatching(/^http/) })]);
		await expect(simulator.downloads(taskId)).resolves.toHaveLength(0);
		const unknown = await asked(once({ name: 'Seedream_Wait_for_Task', arguments: { Task_ID: '' } } as never), waitTool());
		expect(errorIn(unknown.results[0])).toMatch(/^Nothing was sent to APIXO: Task ID is empty/);
	});

	test.concurrent('Wait for Task refuses to park the agent', async () => {
		const result = await asked(once({ name: 'Seedream_Wait_for_Task', arguments: { Task_ID: 'task_1' } } as never), waitTool({ waitMode: 'callback' }));
		expect(result.status).toBe('success');
		expect(errorIn(result.results[0])).toMatch(/On Callback would park the agent that calls this tool: choose Poll in Wait Mode/);
	});

	test.concurrent('Retry execution does not pay again for images that a tool returned before the model failed', async () => {
		const prompt = about('a picture before the outage');
		let isAway = true;
		const { execution } = await asked((conversation) =>
			isAway && conversation.results.length > 0 ? { status: 400 } : once(call(prompt), call(prompt))(conversation),
		);
		expect(execution.status).toBe('error');
		isAway = false;
		const retried = await client.retryExecution(execution.id, { loadWorkflow: false });
		expect(retried.status).toBe('success');
		const tasks = await simulator.tasks(prompt);
		expect(tasks).toHaveLength(2);
		const answer = retried.data.resultData.runData.Agent?.at(-1)?.data?.main?.[0]?.[0]?.json.output;
		for (const { id } of tasks) expect(answer).toContain(id);
	});
});

test('under Stop Workflow a tool that fails ends the execution', async () => {
	const { status, execution } = await ask(3.1, [generateTool({}, { onError: 'stopWorkflow' })], once(call('a stopped cat [[refuse]]')));
	expect(status).toBe('error');
	expect(execution.data.resultData.error?.message).toMatch(/^APIXO refused the content/);
});

test('Retry On Fail reuses the task that timed out', async () => {
	const prompt = 'a slow sloth [[duration=3]]';
	const { results } = await ask(
		3.1,
		[generateTool({ options: { timeout: 1 } }, { retryOnFail: true, maxTries: 5, waitBetweenTries: 500 })],
		once(call(prompt)),
	);
	expect(imagesIn(results[0])[0]?.status).toBe('succeeded');
	await expect(simulator.submits(prompt)).resolves.toHaveLength(1);
});
