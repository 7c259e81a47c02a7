import { isJsonObject, jsonText } from '../../core/json';

/** The part of a Node.js stream that is used here: a community node cannot import `stream`. */
export interface ByteStream extends AsyncIterable<Uint8Array | string> {
	destroy(error?: Error): void;
}

/** What n8n's helper returns with `returnFullResponse`. */
export interface HttpReply {
	statusCode: number;
	headers: unknown;
	body: unknown;
}

export function isHttpReply(reply: unknown): reply is HttpReply {
	return isJsonObject(reply) && typeof reply.statusCode === 'number';
}

export function isByteStream(body: unknown): body is ByteStream {
	return typeof body === 'object' && body !== null && Symbol.asyncIterator in body && 'destroy' in body;
}

/** More than any documented reply: longer ones are not read. */
export const mostReplyBytes = 4 * 1_048_576;

export interface ReplyText {
	text: string;
	/** False if the reply is longer than the limit. */
	isWhole: boolean;
}

/** Reads a reply piece by piece, decompressed, up to the limit. `onText` is given the text so far. */
export async function readText(body: unknown, onText: (soFar: string) => void = () => undefined): Promise<ReplyText> {
	if (typeof body === 'string') return { text: body.slice(0, mostReplyBytes), isWhole: body.length <= mostReplyBytes };
	if (!isByteStream(body)) return { text: jsonText(body), isWhole: true };
	const decoder = new TextDecoder();
	let bytes = 0;
	let text = '';
	for await (const chunk of body) {
		bytes += chunk.length;
		// Leaving the loop closes the stream.
		if (bytes > mostReplyBytes) return { text, isWhole: false };
		text += typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true });
		onText(text);
	}
	return { text: text + decoder.decode(), isWhole: true };
}
