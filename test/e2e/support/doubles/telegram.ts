import { imageHeader } from '../../../../nodes/core/image/imageHeader';
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

export interface SentMessage {
	readonly chatId: string;
	readonly text: string;
	readonly parseMode: string;
}

/** Where the bot wants its updates, as a Telegram Trigger registers it. */
interface Webhook {
	readonly url: string;
	readonly secret: string;
}

export interface TelegramDouble {
	readonly url: string;
	readonly token: string;
	readonly sent: SentFile[];
	readonly messages: SentMessage[];
	/** A person writes to the bot; a photo is what the message shows. */
	write(chatId: number, message: Readonly<Record<string, unknown>>, photo?: Buffer): Promise<void>;
	/** Undefined while no workflow listens. */
	webhookUrl(): string | undefined;
	stop(): Promise<void>;
}

const token = '123456:demo-bot';
const megabyte = 1024 ** 2;

/** What the Bot API's own limits say about a file, in its own words; undefined if it accepts it. */
function refusal(method: string, { data }: Part): string | undefined {
	const size = imageHeader(data)?.size;
	if (method === 'sendDocument') return data.length > 50 * megabyte ? 'Request Entity Too Large' : undefined;
	if (size === undefined) return 'Bad Request: IMAGE_PROCESS_FAILED';
	if (data.length > 10 * megabyte) return 'Bad Request: file is too big for a photo';
	const { width, height } = size;
	const tooWide = width + height > 10_000 || Math.max(width / height, height / width) > 20;
	return tooWide ? 'Bad Request: PHOTO_INVALID_DIMENSIONS' : undefined;
}

/** Why a text is invalid in its parse mode: Telegram requires each mark to be closed. Undefined if it is valid. */
function textRefusal({ text, parseMode }: SentMessage): string | undefined {
	if (text === '') return 'Bad Request: message text is empty';
	const isOpen = parseMode === 'Markdown' && ['_', '*', '`'].some((mark) => text.split(mark).length % 2 === 0);
	const hasTag = parseMode === 'HTML' && /<(?!\/?[biu]>)/.test(text);
	return isOpen || hasTag ? "Bad Request: can't parse entities" : undefined;
}

/** Telegram's Bot API, as far as updates, photos, documents and messages go. */
export async function startTelegramDouble(): Promise<TelegramDouble> {
	const sent: SentFile[] = [];
	const messages: SentMessage[] = [];
	const photos: Buffer[] = [];
	let webhook: Webhook | undefined;
	let updates = 0;
	const refuse = (status: number, description: string): Answer => jsonAnswer({ ok: false, error_code: status, description }, status);
	const accept = (result: unknown): Answer => jsonAnswer({ ok: true, result });
	/** What is neither a file's upload nor its download; undefined for those. */
	const answerCall = (method: string, body: Record<string, unknown>): Answer | undefined => {
		switch (method) {
			case 'getWebhookInfo':
				return accept({ url: webhook?.url ?? '' });
			case 'setWebhook':
				webhook = { url: String(body.url), secret: String(body.secret_token) };
				return accept(true);
			case 'deleteWebhook':
				webhook = undefined;
				return accept(true);
			case 'sendMessage': {
				const message = { chatId: String(body.chat_id), text: String(body.text), parseMode: String(body.parse_mode) };
				const reason = textRefusal(message);
				if (reason !== undefined) return refuse(400, reason);
				messages.push(message);
				return accept({ message_id: messages.length, chat: { id: body.chat_id }, date: 0, text: message.text });
			}
			default:
				return undefined;
		}
	};
	const answer = ({ method: verb, path, headers, body }: Received): Answer => {
		const [, asked = '', photo = ''] = /^\/file\/bot([^/]+)\/photos\/(\d+)\.jpg$/.exec(path) ?? [];
		const found = asked === token ? photos[Number(photo)] : undefined;
		if (found !== undefined) return { type: 'image/jpeg', body: found };
		const [, given, method = '', wanted = ''] = /^\/bot([^/]+)\/(\w+)(?:\?file_id=photo-(\d+))?$/.exec(path) ?? [];
		if (given !== token) return refuse(401, 'Unauthorized');
		if (method === 'getFile' && photos[Number(wanted)] !== undefined) return accept({ file_id: `photo-${wanted}`, file_path: `photos/${wanted}.jpg` });
		const isJson = headers['content-type']?.startsWith('application/json') === true;
		const called = answerCall(method, isJson ? (JSON.parse(body.toString('utf8')) as Record<string, unknown>) : {});
		if (called !== undefined) return called;
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
	const write: TelegramDouble['write'] = async (chatId, message, photo) => {
		if (webhook === undefined) throw new Error('No workflow listens to this bot');
		updates += 1;
		const shown = photo === undefined ? {} : { photo: [{ file_id: `photo-${photos.push(photo) - 1}`, width: 800, height: 600 }] };
		const update = {
			update_id: updates,
			message: {
				message_id: updates,
				date: 0,
				chat: { id: chatId, type: 'private' },
				from: { id: chatId, is_bot: false, first_name: 'Ada' },
				...message,
				...shown,
			},
		};
		const response = await fetch(webhook.url, {
			method: 'POST',
			headers: { 'Content-Type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': webhook.secret },
			body: JSON.stringify(update),
		});
		if (!response.ok) throw new Error(`The bot's webhook answered with ${response.status}: ${await response.text()}`);
	};
	return { url, token, sent, messages, write, webhookUrl: () => webhook?.url, stop };
}
