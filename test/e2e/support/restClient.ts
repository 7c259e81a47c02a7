import { Agent } from 'node:http';
import { createRequire } from 'node:module';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import axios, { isAxiosError, type AxiosInstance, type AxiosRequestConfig } from 'axios';
import type {
	IBinaryData,
	IConnections,
	IDataObject,
	ICredentialType,
	INode,
	INodeCredentialTestResult,
	INodeTypeDescription,
	IRunExecutionData,
} from 'n8n-workflow';

import { rootFolder } from './runtime';

/** n8n's own copy of the module that it packs run data with. */
const flatted = createRequire(path.join(rootFolder, 'test', 'e2e', 'node_modules', 'n8n', 'package.json'))('flatted') as { parse(text: string): unknown };

export interface Account {
	readonly email: string;
	readonly password: string;
}

/** A sign-in that another process can go on with: n8n allows few of them in a minute. */
export interface Session {
	readonly url: string;
	readonly cookies: readonly string[];
}

export interface CredentialToCreate {
	readonly name: string;
	readonly type: string;
	readonly data: Readonly<Record<string, unknown>>;
}

export interface WorkflowToCreate {
	readonly name: string;
	readonly nodes: readonly INode[];
	readonly connections: IConnections;
	readonly settings?: Readonly<Record<string, unknown>>;
	readonly pinData?: Readonly<Record<string, unknown>>;
}

export interface Workflow extends WorkflowToCreate {
	readonly id: string;
	readonly versionId: string;
	readonly isArchived?: boolean;
}

export type RunResult = Pick<IRunExecutionData, 'resultData'> & Partial<IRunExecutionData>;

export interface Execution {
	readonly id: string;
	readonly status: 'canceled' | 'crashed' | 'error' | 'new' | 'running' | 'success' | 'unknown' | 'waiting';
	readonly finished: boolean;
	readonly mode: string;
	readonly workflowId: string;
	readonly waitTill: string | null;
	/** ISO 8601. */
	readonly startedAt: string;
	readonly stoppedAt: string | null;
	readonly data: RunResult;
}

export interface ExecutionSummary extends Pick<Execution, 'id' | 'status'> {
	/** ISO 8601; null until it has ended. */
	readonly stoppedAt: string | null;
}

const passingStatuses: ReadonlySet<Execution['status']> = new Set(['new', 'running', 'waiting']);

/** n8n 1 saves that an execution has succeeded before it saves the output. */
function isSaved({ status, data }: { status: Execution['status']; data: RunResult | undefined }): boolean {
	return status !== 'success' || (data !== undefined && (data.executionData?.nodeExecutionStack ?? []).length === 0);
}

class RestError extends Error {
	constructor(
		message: string,
		readonly status: number | undefined,
	) {
		super(message);
	}
}

/** The answer of an n8n that does not have this endpoint. */
function isUnknownAddress(error: unknown): boolean {
	return error instanceof RestError && error.status === 404;
}

/** On a busy machine n8n may consider its database lost for a while, and then refuses all requests. */
async function whileDatabaseIsLost<Result>(ask: () => Promise<Result>): Promise<Result> {
	const endsAt = Date.now() + 60_000;
	for (;;) {
		try {
			return await ask();
		} catch (error) {
			const isLost = error instanceof RestError && error.status === 503 && error.message.includes('Database is not ready');
			if (!isLost || Date.now() > endsAt) throw error;
			await sleep(1_000);
		}
	}
}

/** n8n ties the session cookie to the browser id that it was given for. */
export const browserId = 'seedream-e2e';

/** What n8n's editor does over HTTP, with the editor's own requests: those of n8n 2.41, and what they were in n8n 1 where that differs. */
export class RestClient {
	private readonly http: AxiosInstance;

	private cookies: string[] = [];

	constructor(readonly url: string) {
		// A connection of its own for each request: a busy n8n closes an idle one just when the next request goes out ("socket hang up").
		const httpAgent = new Agent({ keepAlive: false });
		this.http = axios.create({ baseURL: url, proxy: false, httpAgent, timeout: 120_000, headers: { 'browser-id': browserId } });
	}

	session(): Session {
		return { url: this.url, cookies: this.cookies };
	}

	static resume({ url, cookies }: Session): RestClient {
		const client = new RestClient(url);
		client.cookies = [...cookies];
		return client;
	}

	private async request<Result>(method: string, location: string, body?: unknown, extra: AxiosRequestConfig = {}): Promise<Result> {
		try {
			const { data, headers } = await this.http.request<Result>({
				method,
				url: location,
				data: body,
				...extra,
				headers: { Cookie: this.cookies.join('; '), ...extra.headers },
			});
			const newCookies = headers['set-cookie']?.map((cookie) => cookie.split(';')[0] ?? '');
			if (newCookies !== undefined) this.cookies = newCookies;
			return data;
		} catch (error) {
			if (!isAxiosError(error)) throw error;
			const said = error.response === undefined ? error.message : `${error.response.status} ${JSON.stringify(error.response.data)}`;
			throw new RestError(`n8n answered ${method} ${location} with ${said}`, error.response?.status);
		}
	}

	private async rest<Result>(method: string, location: string, body?: unknown): Promise<Result> {
		const { data } = await whileDatabaseIsLost(async () => await this.request<{ data: Result }>(method, `/rest${location}`, body));
		return data;
	}

	/** Creates the owner account on a new instance; logs in on one that has it. */
	async signIn({ email, password }: Account): Promise<void> {
		const settings = await this.rest<{ userManagement: { showSetupOnFirstLoad?: boolean } }>('GET', '/settings');
		if (settings.userManagement.showSetupOnFirstLoad === true) {
			await this.rest('POST', '/owner/setup', { email, password, firstName: 'Demo', lastName: 'Owner' });
		} else {
			await this.rest('POST', '/login', { emailOrLdapLoginId: email, email, password });
		}
	}

	async createCredential(credential: CredentialToCreate): Promise<string> {
		const { id } = await this.rest<{ id: string }>('POST', '/credentials', credential);
		return id;
	}

	async updateCredential(id: string, credential: CredentialToCreate): Promise<void> {
		await this.rest('PATCH', `/credentials/${id}`, credential);
	}

	async listCredentials(): Promise<Array<{ id: string; name: string; type: string }>> {
		return await this.rest('GET', '/credentials');
	}

	/** Secret fields come back masked. */
	async getCredential(id: string): Promise<CredentialToCreate & { id: string }> {
		return await this.rest('GET', `/credentials/${id}?includeData=true`);
	}

	/** What the credential window shows after *Save*; other values than the saved ones are tried without saving them. */
	async testCredential(id: string, changes: Readonly<Record<string, unknown>> = {}): Promise<INodeCredentialTestResult> {
		const saved = await this.getCredential(id);
		return await this.rest('POST', '/credentials/test', { credentials: { ...saved, data: { ...saved.data, ...changes } } });
	}

	async createWorkflow(workflow: WorkflowToCreate): Promise<Workflow> {
		// Without pinData the editor cannot execute a step once the workflow has run.
		return await this.rest('POST', '/workflows', { settings: {}, pinData: {}, active: false, ...workflow });
	}

	async getWorkflow(id: string): Promise<Workflow> {
		return await this.rest('GET', `/workflows/${id}`);
	}

	async listWorkflows(): Promise<Workflow[]> {
		return await this.rest('GET', '/workflows');
	}

	async updateWorkflow(id: string, changes: Partial<WorkflowToCreate>): Promise<Workflow> {
		return await this.rest('PATCH', `/workflows/${id}`, changes);
	}

	/** Puts the workflow's webhooks and triggers into service; n8n answers before that is done, so wait for it. */
	async activateWorkflow({ id, versionId }: Pick<Workflow, 'id' | 'versionId'>): Promise<void> {
		try {
			await this.rest('POST', `/workflows/${id}/activate`, { versionId });
		} catch (error) {
			if (!isUnknownAddress(error)) throw error;
			await this.rest('PATCH', `/workflows/${id}`, { active: true, versionId });
		}
		const endsAt = Date.now() + 30_000;
		for (;;) {
			const publication = await this.rest<{ status: string }>('GET', `/workflows/${id}/publication-status`).catch((error: unknown) => {
				if (isUnknownAddress(error)) return { status: 'published' };
				throw error;
			});
			if (publication.status === 'published') return;
			// A busy n8n may not have started.
			const isUnderWay = publication.status === 'in_progress' || publication.status === 'not_published';
			if (!isUnderWay || Date.now() > endsAt) throw new Error(`Workflow ${id} was not activated: ${JSON.stringify(publication)}`);
			await sleep(100);
		}
	}

	async deactivateWorkflow(id: string): Promise<void> {
		await this.rest('POST', `/workflows/${id}/deactivate`, {});
	}

	/** The editor's *Execute workflow* button; gives the execution's id at once. */
	async runWorkflow(id: string, triggerName: string, triggerItem?: IDataObject): Promise<string> {
		// What the trigger puts out, where the editor knows it already, as its chat does.
		const data =
			triggerItem === undefined
				? {}
				: {
						data: {
							startTime: Date.now(),
							executionTime: 0,
							executionIndex: 0,
							executionStatus: 'success',
							source: [],
							data: { main: [[{ json: triggerItem }]] },
						},
					};
		// Older n8n run the workflow that comes with the request.
		const workflowData = await this.getWorkflow(id);
		const { executionId } = await this.rest<{ executionId: string }>('POST', `/workflows/${id}/run`, {
			workflowData,
			triggerToStartFrom: { name: triggerName, ...data },
		});
		return executionId;
	}

	/** The same button of a workflow that starts with a webhook: n8n listens at its test URL for the next call. */
	async listenForTest(id: string, triggerName: string): Promise<void> {
		const { waitingForWebhook } = await this.rest<{ waitingForWebhook?: boolean }>('POST', `/workflows/${id}/run`, {
			triggerToStartFrom: { name: triggerName },
		});
		if (waitingForWebhook !== true) throw new Error(`n8n does not listen for a test event of workflow ${id}`);
	}

	/** Calls an active workflow's production webhook. */
	async callWebhook<Result>(webhookPath: string, body: unknown = {}): Promise<Result> {
		return await this.request<Result>('POST', `/webhook/${webhookPath}`, body);
	}

	async getExecution(id: string): Promise<Execution> {
		const execution = await this.rest<Omit<Execution, 'data'> & { data: string }>('GET', `/executions/${id}`);
		return { ...execution, data: flatted.parse(execution.data) as RunResult };
	}

	/** What n8n keeps of an execution in its database, in bytes. */
	async getExecutionBytes(id: string): Promise<number> {
		const { data } = await this.rest<{ data: string }>('GET', `/executions/${id}`);
		return Buffer.byteLength(data);
	}

	/** Newest first, without their data. */
	async listExecutions(workflowId: string): Promise<ExecutionSummary[]> {
		const { results } = await this.rest<{ results: ExecutionSummary[] }>(
			'GET',
			`/executions?limit=100&filter=${encodeURIComponent(JSON.stringify({ workflowId }))}`,
		);
		// One that ends meanwhile may be listed among the running and among the finished.
		return [...new Map(results.map((one) => [one.id, one])).values()];
	}

	async countExecutions(workflowId: string, status: Execution['status']): Promise<number> {
		const filter = encodeURIComponent(JSON.stringify({ workflowId, status: [status] }));
		const { count } = await this.rest<{ count: number }>('GET', `/executions?limit=1&filter=${filter}`);
		return count;
	}

	/** Waits for an execution's end, or for a status of your choice. */
	async waitForExecution(id: string, { status, limitSeconds = 120 }: { status?: Execution['status']; limitSeconds?: number } = {}): Promise<Execution> {
		const startedAt = Date.now();
		const endsAt = startedAt + limitSeconds * 1000;
		for (;;) {
			const execution = await this.getExecution(id);
			const hasEnded = !passingStatuses.has(execution.status) && isSaved(execution);
			if (status === undefined ? hasEnded : execution.status === status) return execution;
			if (hasEnded || Date.now() > endsAt)
				throw new Error(
					`Execution ${id} is "${execution.status}" instead of ${status ?? 'ended'} after ${limitSeconds} s at most: ${execution.data.resultData.error?.message ?? 'no error'}`,
				);
			// n8n reads and sends the whole execution each time, and dozens of tests wait at once.
			await sleep(Math.min(1_500, Math.max(300, (Date.now() - startedAt) / 4)));
		}
	}

	/** The editor's *Stop* button. */
	async stopExecution(id: string): Promise<void> {
		await this.rest('POST', `/executions/${id}/stop`);
	}

	/** *Retry with currently saved workflow*, or with the original one; answers when the new execution has ended. */
	async retryExecution(id: string, { loadWorkflow }: { loadWorkflow: boolean }): Promise<Execution> {
		const retried = await this.rest<{ id: string } | boolean>('POST', `/executions/${id}/retry`, { loadWorkflow });
		if (typeof retried === 'object') return await this.getExecution(retried.id);
		// n8n 1 only says whether it succeeded.
		const { workflowId } = await this.getExecution(id);
		const [newest] = await this.listExecutions(workflowId);
		return await this.getExecution(newest?.id ?? id);
	}

	/** The bytes behind an item's binary field, as the editor's *View* and *Download* get them. */
	async getBinary({ id, data, mimeType, fileName = '' }: IBinaryData): Promise<Buffer> {
		if (id === undefined) return Buffer.from(data, 'base64');
		const query = new URLSearchParams({ id, action: 'download', mimeType, fileName });
		return Buffer.from(await this.request<ArrayBuffer>('GET', `/rest/binary-data?${query.toString()}`, undefined, { responseType: 'arraybuffer' }));
	}

	async getNodeTypes(): Promise<INodeTypeDescription[]> {
		return await this.request('GET', '/types/nodes.json');
	}

	async getCredentialTypes(): Promise<ICredentialType[]> {
		return await this.request('GET', '/types/credentials.json');
	}

	async getFile(location: string): Promise<Buffer> {
		return Buffer.from(await this.request<ArrayBuffer>('GET', location, undefined, { responseType: 'arraybuffer' }));
	}
}
