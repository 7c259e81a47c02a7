import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

import axios from 'axios';
import { ExecuteContext } from 'n8n-core';
import { createEmptyRunExecutionData, type INode, type INodeTypes, type IWorkflowExecuteAdditionalData, Workflow } from 'n8n-workflow';
import pLimit from 'p-limit';

import type { Figure } from './main';
import { median } from './quantile';

const requests = 3000;
const together = 20;
const rounds = 5;

/** Answers like a provider that is still working. */
const server = `
	const body = JSON.stringify({ code: 200, message: 'success', data: { taskId: 'task_1', state: 'processing', resultJson: null } });
	require('node:http').createServer((request, response) => {
		request.resume();
		response.setHeader('Content-Type', 'application/json');
		response.end(body);
	}).listen(0, '127.0.0.1', function () { console.log(this.address().port); });
`;

/** As a node gets it. */
function requestHelper(): ExecuteContext['helpers']['httpRequest'] {
	const node: INode = { id: 'node', name: 'Node', type: 'node', typeVersion: 1, position: [0, 0], parameters: {} };
	const nodeTypes = { getByNameAndVersion: () => ({ description: { properties: [] } }) } as unknown as INodeTypes;
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const context = new ExecuteContext(
		workflow,
		node,
		{} as IWorkflowExecuteAdditionalData,
		'internal',
		createEmptyRunExecutionData(),
		0,
		[],
		{ main: [[{ json: {} }]] },
		{ node, data: {}, source: null },
		[],
	);
	return context.helpers.httpRequest;
}

/** Milliseconds of processor time for each. */
async function costOf(ask: () => Promise<unknown>): Promise<number> {
	const limit = pLimit(together);
	const before = process.cpuUsage();
	await Promise.all(Array.from({ length: requests }, async () => await limit(ask)));
	const { user, system } = process.cpuUsage(before);
	return (user + system) / 1000 / requests;
}

/** What a request costs by n8n's helper, which every community node has to use, and by axios alone. */
export async function measureRequest(): Promise<Figure[]> {
	const child = spawn(process.execPath, ['-e', server], { stdio: ['ignore', 'pipe', 'inherit'] });
	try {
		const { value: port } = await createInterface({ input: child.stdout })[Symbol.asyncIterator]().next();
		const url = `http://127.0.0.1:${String(port)}/status?taskId=task_1`;
		const headers = { Accept: 'application/json', Authorization: 'Bearer demo' };
		const http = axios.create({ proxy: false, validateStatus: () => true, timeout: 30_000 });
		const httpRequest = requestHelper();
		const byHelper = async () =>
			await httpRequest({
				method: 'GET',
				url,
				headers,
				encoding: 'text',
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				disableFollowRedirect: true,
				timeout: 30_000,
			});
		const byAxios = async () => await http.request({ method: 'GET', url, headers });
		for (const warmUp of [byHelper, byAxios]) await costOf(warmUp);
		const costs = { helper: [] as number[], axios: [] as number[] };
		for (let round = 0; round < rounds; round++) {
			costs.helper.push(await costOf(byHelper));
			costs.axios.push(await costOf(byAxios));
		}
		const [helper, bare] = [median(costs.helper), median(costs.axios)];
		return [
			{
				what: `processor time of a request by n8n's helper ÷ by axios (${bare.toFixed(2)} ms), median of ${rounds}`,
				value: (helper / bare).toFixed(2),
				bar: '-',
				isMet: true,
			},
		];
	} finally {
		child.kill();
	}
}
