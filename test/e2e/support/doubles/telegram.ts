import { imageHeader } from '../../../../nodes/core/imageBytes';
import { readMultipart, type Part } from '../../../simulator/multipart';
import { jsonAnswer, startHttpDouble, type Answer, type Received } from './http';

export interface SentFile {
	readonly method: 'sendPhoto' | 'sendDocument';
	readonly chatId: string;
	readonly caption: string;
	readonly fileName: string;
	readonly type: string;
	readonly bytes: Buffer;
}

export interface TelegramDouble {
	readonly url: string;
	readonly token: string;
	readonly sent: SentFile[];
	stop(): Promise<void>;
}

const token = '123456:demo-bot';
const megabyte = 1024 ** 2;

/** What the Bot API's own limits say about a file, in its own words; undefined where it takes it. */
function refusal(method: string, { data }: Part): string | undefined {
	const size = imageHeader(data)?.size;
	if (method === 'sendDocument') return data.length > 50 * megabyte ? 'Request Entity Too Large' : undefined;
	if (size === undefined) return 'Bad Request: IMAGE_PROCESS_FAILED';
	if (data.length > 10 * megabyte) return 'Bad Request: file is too big for a photo';
	const { width, height } = size;
	const tooWide = width + height > 10_000 || Math.max(width / height, height / width) > 20;
	return tooWide ? 'Bad Request: PHOTO_INVALID_DIMENSIONS' : undefined;
}

/** Telegram's Bot API, as far as sending photos and documents goes. */
export async function startTelegramDouble(): Promise<TelegramDouble> {
	const sent: SentFile[] = [];
	const refuse = (status: number, description: string): Answer => jsonAnswer({ ok: false, error_code: status, description }, status);
	const answer = ({ method: verb, path, headers, body }: Received): Answer => {
		const [, given, method = ''] = /^\/bot([^/]+)\/(\w+)$/.exec(path) ?? [];
		if (given !== token) return refuse(401, 'Unauthorized');
		if (method === 'getMe') return jsonAnswer({ ok: true, result: { id: 123456, is_bot: true, first_name: 'Demo' } });
		if (verb !== 'POST' || (method !== 'sendPhoto' && method !== 'sendDocument')) return refuse(404, 'Not Found');
		const parts = readMultipart(body, headers['content-type']);
		const text = (name: string) => parts?.find((part) => part.name === name)?.data.toString('utf8') ?? '';
		const file = parts?.find((part) => part.name === (method === 'sendPhoto' ? 'photo' : 'document'));
		if (file?.fileName === undefined || file.data.length === 0) return refuse(400, 'Bad Request: there is no file in the request');
		if (text('chat_id') === '') return refuse(400, 'Bad Request: chat_id is empty');
		const reason = refusal(method, file);
		if (reason !== undefined) return refuse(400, reason);
		sent.push({ method, chatId: text('chat_id'), caption: text('caption'), fileName: file.fileName, type: file.type ?? '', bytes: file.data });
		return jsonAnswer({ ok: true, result: { message_id: sent.length, chat: { id: Number(text('chat_id')) }, date: 0 } });
	};
	const { url, stop } = await startHttpDouble(answer);
	return { url, token, sent, stop };
}
