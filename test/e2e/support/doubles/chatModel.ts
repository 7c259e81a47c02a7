import { jsonAnswer, startHttpDouble, type Answer, type Received } from './http';

/** One function as a model sees it. */
export interface OfferedTool {
	readonly name: string;
	readonly description: string;
	readonly parameters: { readonly properties: Readonly<Record<string, Readonly<Record<string, unknown>>>>; readonly required?: readonly string[] };
}

export interface ToolCall {
	readonly name: string;
	readonly arguments: Readonly<Record<string, unknown>>;
}

/** What a model was asked, and what its tools have answered so far, in their order. */
export interface Conversation {
	readonly system: string;
	readonly user: string;
	readonly tools: readonly OfferedTool[];
	readonly results: readonly string[];
}

/** What a model does next: call tools, answer, or fail. */
export type Turn = { readonly calls: readonly ToolCall[] } | { readonly text: string } | { readonly status: number };

export interface ChatModelDouble {
	/** The base URL, which is a field of n8n's credential. */
	readonly url: string;
	readonly conversations: Conversation[];
	stop(): Promise<void>;
}

interface Message {
	readonly role: 'assistant' | 'developer' | 'system' | 'tool' | 'user';
	readonly content: string | ReadonlyArray<{ readonly text?: string }> | null;
}

interface CompletionRequest {
	readonly model: string;
	readonly messages: readonly Message[];
	readonly tools?: ReadonlyArray<{ readonly function: OfferedTool }>;
	readonly stream?: boolean;
}

const textOf = ({ content }: Message): string => (typeof content === 'string' ? content : (content ?? []).map(({ text = '' }) => text).join(''));

function readConversation({ messages, tools = [] }: CompletionRequest): Conversation {
	const said = (role: Message['role']) => messages.filter((message) => message.role === role).map(textOf);
	// Newer models call it the developer's.
	return {
		system: [...said('system'), ...said('developer')].join('\n'),
		user: said('user').at(-1) ?? '',
		results: said('tool'),
		tools: tools.map((tool) => tool.function),
	};
}

/** One chunk with everything, as a short reply is streamed. */
function streamed(completion: Record<string, unknown>, message: Record<string, unknown>, reason: string): Answer {
	const chunk = (choice: Record<string, unknown>) =>
		`data: ${JSON.stringify({ ...completion, object: 'chat.completion.chunk', choices: [{ index: 0, ...choice }] })}\n\n`;
	return { type: 'text/event-stream', body: `${chunk({ delta: message, finish_reason: null })}${chunk({ delta: {}, finish_reason: reason })}data: [DONE]\n\n` };
}

let completions = 0;

function answerOf(turn: Turn, { model, stream = false }: CompletionRequest): Answer {
	if ('status' in turn) return jsonAnswer({ error: { message: 'The model is not available', type: 'server_error' } }, turn.status);
	completions += 1;
	const toolCalls = ('calls' in turn ? turn.calls : []).map((call, index) => ({
		index,
		id: `call_${completions}_${index}`,
		type: 'function',
		function: { name: call.name, arguments: JSON.stringify(call.arguments) },
	}));
	const message = { role: 'assistant', content: 'text' in turn ? turn.text : null, ...(toolCalls.length === 0 ? {} : { tool_calls: toolCalls }) };
	const reason = toolCalls.length === 0 ? 'stop' : 'tool_calls';
	const completion = { id: `chatcmpl-${completions}`, object: 'chat.completion', created: 0, model };
	if (stream) return streamed(completion, message, reason);
	return jsonAnswer({
		...completion,
		choices: [{ index: 0, message, finish_reason: reason }],
		usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
	});
}

/** A model behind the chat completions API that does what the script says to each conversation. */
export async function startChatModelDouble(script: (conversation: Conversation) => Turn): Promise<ChatModelDouble> {
	const conversations: Conversation[] = [];
	const answer = ({ path, body }: Received): Answer => {
		if (path !== '/v1/chat/completions') return jsonAnswer({ error: { message: `There is no ${path} here` } }, 404);
		const request = JSON.parse(body.toString('utf8')) as CompletionRequest;
		const conversation = readConversation(request);
		conversations.push(conversation);
		return answerOf(script(conversation), request);
	};
	const { url, stop } = await startHttpDouble(answer);
	return { url: `${url}/v1`, conversations, stop };
}
