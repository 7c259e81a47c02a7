/** The part of n8n that the nodes use. Its replies come from a script, and its files stay in the test. */
import { Readable } from 'node:stream';

import type { IBinaryData, IDataObject, IExecuteFunctions, IHttpRequestOptions, INode, INodeExecutionData, NodeExecutionHint } from 'n8n-workflow';

/** `credential`: the type that n8n was told to sign with; undefined if it signs nothing. */
export type FakeRequest = IHttpRequestOptions & { credential?: string };

/** `body`: a list of pieces, or the test's own stream, is passed on as a stream; an object is sent as JSON. */
export interface FakeReply {
	statusCode: number;
	headers?: Record<string, unknown>;
	body?: unknown;
}

export type Answer = (request: FakeRequest, number: number) => FakeReply | Error | Promise<FakeReply | Error>;

export interface FakeNodeRules {
	/** The node's type, without the package's prefix. */
	type?: string;
	onError?: INode['onError'];
	items?: INodeExecutionData[];
	/** A function stands for an expression and is called with the item's index. */
	parameters?: Readonly<Record<string, unknown>>;
	/** By credential type. */
	credentials?: Readonly<Record<string, IDataObject>>;
	executionId?: string;
	runIndex?: number;
	/** What n8n has kept of the node's context. */
	kept?: IDataObject;
	/** Whether an agent calls the node within its own run. */
	isToolExecution?: boolean;
	/** The value of `$execution.resumeUrl`. */
	resumeUrl?: string;
	/** By default no request has a reply. */
	answer?: Answer;
	/** Additions to this n8n, or replacements. */
	more?: object;
}

export interface StoredFile {
	fileName: string;
	mimeType: string;
	bytes: Buffer;
}

export interface FakeNode {
	context: IExecuteFunctions;
	requests: FakeRequest[];
	stored: StoredFile[];
	warnings: string[];
	infos: string[];
	hints: NodeExecutionHint[];
	customData: Record<string, string>;
	kept: IDataObject;
	/** The input that a parked execution will pass on. */
	executeData: { data: { main: unknown } };
	metadata: object[];
	/** When a parked execution resumes. */
	waits: Date[];
	/** The user presses Stop. */
	stop(): void;
}

function bodyOf(body: unknown, isStream: boolean): unknown {
	if (!isStream || body instanceof Readable) return body;
	if (Array.isArray(body)) return Readable.from(body);
	return Readable.from(body === undefined ? [] : [Buffer.from(typeof body === 'string' ? body : JSON.stringify(body))]);
}

export function fakeNode(rules: FakeNodeRules = {}): FakeNode {
	const { type = 'seedreamGenerate', onError, items = [{ json: {} }], parameters = {}, credentials = {}, executionId = '1', answer, kept = {} } = rules;
	const stopper = new AbortController();
	const seen: Omit<FakeNode, 'context' | 'stop'> = {
		requests: [],
		stored: [],
		warnings: [],
		infos: [],
		hints: [],
		customData: {},
		kept,
		executeData: { data: { main: undefined } },
		metadata: [],
		waits: [],
	};
	const node: INode = {
		id: 'node',
		name: 'Seedream',
		type: `n8n-nodes-seedream.${type}`,
		typeVersion: 1,
		position: [0, 0],
		// n8n keeps an expression as it was typed.
		parameters: Object.fromEntries(
			Object.entries(parameters).map(([name, value]) => [name, typeof value === 'function' ? '={{ … }}' : value]),
		) as INode['parameters'],
		credentials: Object.fromEntries(Object.keys(credentials).map((one) => [one, { id: `id of ${one}`, name: one }])),
		...(onError === undefined ? {} : { onError }),
	};
	const respond = async (request: FakeRequest): Promise<FakeReply> => {
		seen.requests.push(request);
		const reply = (await answer?.(request, seen.requests.length)) ?? new Error(`Nothing was meant to be sent to ${request.url}`);
		if (reply instanceof Error) throw reply;
		const body = bodyOf(reply.body, request.encoding === 'stream');
		// As n8n's client does; the reader notices it by the end of the stream.
		if (body instanceof Readable) {
			body.on('error', () => undefined);
			const signal = request.abortSignal as AbortSignal | undefined;
			signal?.addEventListener('abort', () => body.destroy(new Error('canceled')));
		}
		return { headers: {}, ...reply, body };
	};
	const { more = {} } = rules;
	const context = {
		getInputData: () => items,
		getNode: () => node,
		getNodeParameter(name: string, itemIndex: number, fallback?: unknown) {
			if (!Object.hasOwn(parameters, name)) return fallback;
			const value = parameters[name];
			return typeof value === 'function' ? (value as (item: number) => unknown)(itemIndex) : value;
		},
		async getCredentials(name: string) {
			const found = credentials[name];
			if (found === undefined) throw new Error(`Node does not have any credentials set for ${name}`);
			return found;
		},
		getContext: () => kept,
		getExecutionId: () => executionId,
		getWorkflowDataProxy: () => ({ $runIndex: rules.runIndex ?? 0 }),
		continueOnFail: () => onError?.startsWith('continue') ?? false,
		isToolExecution: () => rules.isToolExecution ?? false,
		evaluateExpression: () => rules.resumeUrl,
		getExecutionCancelSignal: () => stopper.signal,
		getExecuteData: () => seen.executeData,
		setMetadata: (metadata: object) => void seen.metadata.push(metadata),
		putExecutionToWait: async (until: Date) => void seen.waits.push(until),
		addExecutionHints: (...hints: NodeExecutionHint[]) => void seen.hints.push(...hints),
		customData: {
			get: (key: string) => seen.customData[key],
			set: (key: string, value: string) => {
				seen.customData[key] = value;
			},
		},
		logger: { info: (text: string) => void seen.infos.push(text), warn: (text: string) => void seen.warnings.push(text) },
		...more,
		helpers: {
			httpRequest: respond,
			httpRequestWithAuthentication: async (credential: string, request: IHttpRequestOptions) => await respond({ ...request, credential }),
			async prepareBinaryData(file: AsyncIterable<Uint8Array>, fileName: string, mimeType: string): Promise<IBinaryData> {
				const pieces: Uint8Array[] = [];
				for await (const piece of file) pieces.push(piece);
				seen.stored.push({ fileName, mimeType, bytes: Buffer.concat(pieces) });
				return { data: 'stored', fileName, mimeType };
			},
			...('helpers' in more ? (more.helpers as object) : {}),
		},
	};
	return { ...seen, context: context as unknown as IExecuteFunctions, stop: () => stopper.abort() };
}
