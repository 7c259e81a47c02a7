import type { IDataObject, IHttpRequestOptions, INodeExecutionData, IWebhookFunctions } from 'n8n-workflow';

export interface WebhookCallOptions {
	body: IDataObject;
	headers?: Record<string, string>;
	query?: IDataObject;
	executionId?: string;
	parameters: IDataObject;
	/** By credential type; a type that is not here is not selected in the node. */
	credentials: Readonly<Record<string, IDataObject>>;
	/** What n8n has read of the node's static data, and will save. */
	staticData?: IDataObject;
	/** What was stored for a parked execution. */
	parked?: readonly INodeExecutionData[];
	/** Headers of all its replies. */
	replyHeaders?: Record<string, string>;
	/** What the provider replies. */
	reply(request: IHttpRequestOptions): IDataObject | Promise<IDataObject>;
}

export interface WebhookCall {
	context: IWebhookFunctions;
	/** The HTTP statuses that the caller got. */
	answers: number[];
	/** The URLs that were requested from the provider. */
	requests: string[];
	warnings: string[];
	/** Expressions that were evaluated. */
	evaluated: string[];
}

/** A call that n8n passes to a node's webhook, as far as the nodes use it. */
export function webhookCall(options: WebhookCallOptions): WebhookCall {
	const { body, headers = {}, query = {}, executionId = '1', parameters, credentials, staticData = {}, parked = [], replyHeaders = {}, reply } = options;
	const call: Omit<WebhookCall, 'context'> = { answers: [], requests: [], warnings: [], evaluated: [] };
	const response = {
		headersSent: false,
		status: (code: number) => ({
			end: () => {
				call.answers.push(code);
				response.headersSent = true;
			},
		}),
	};
	const context = {
		getRequestObject: () => ({ rawBody: Buffer.from(JSON.stringify(body)) }),
		getResponseObject: () => response,
		getBodyData: () => body,
		getHeaderData: () => headers,
		getQueryData: () => query,
		getMode: () => 'webhook',
		getExecutionId: () => executionId,
		getWorkflow: () => ({ id: 'workflow' }),
		getNode: () => ({ id: 'node', name: 'Node', type: 'n8n-nodes-seedream.node', typeVersion: 1, position: [0, 0], parameters, credentials: {} }),
		getNodeParameter: (name: string, fallback: unknown) => parameters[name] ?? fallback,
		getWorkflowStaticData: () => staticData,
		getCredentials: async (type: string) => {
			const found = credentials[type];
			if (found === undefined) throw new Error(`Node does not have any credentials set for ${type}`);
			return found;
		},
		evaluateExpression: (expression: string) => {
			call.evaluated.push(expression);
			return structuredClone(parked);
		},
		logger: { warn: (text: string) => call.warnings.push(text) },
		helpers: {
			httpRequestWithAuthentication: async (_type: string, request: IHttpRequestOptions) => {
				call.requests.push(request.url);
				return { statusCode: 200, headers: replyHeaders, body: JSON.stringify(await reply(request)) };
			},
		},
	};
	return { ...call, context: context as unknown as IWebhookFunctions };
}
