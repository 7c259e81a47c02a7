import { headerBytes, imageHeader, type ImageHeader } from './imageHeader';
import { watchEnd } from './imageEnd';

/** Why a download is no image that may be passed on. */
export class BadDownload extends Error {
	constructor(
		message: string,
		/** Whether the same GET may bring a good file. */
		readonly retryable: boolean,
	) {
		super(message);
		this.name = 'BadDownload';
	}
}

export interface GuardRules {
	maxBytes: number;
	/** As the reply announced it. */
	contentLength?: number;
	/** Called with each chunk's size as it comes, for the watch over slow hosts. */
	onBytes?(bytes: number): void;
	/** Takes secrets out of what is shown of a file that is no image. */
	clean?: (text: string) => string;
}

export interface GuardedDownload {
	header: ImageHeader;
	/** The whole file, passing the guard while it flows; throws BadDownload at its end where it is cut off. */
	bytes: AsyncGenerator<Uint8Array>;
	/** Bytes seen so far. */
	total(): number;
}

function join(chunks: readonly Uint8Array[]): Uint8Array {
	const joined = new Uint8Array(chunks.reduce((sum, chunk) => sum + chunk.length, 0));
	let at = 0;
	for (const chunk of chunks) {
		joined.set(chunk, at);
		at += chunk.length;
	}
	return joined;
}

function tooLarge(maxBytes: number): BadDownload {
	return new BadDownload(`the file is larger than the ${Math.round(maxBytes / 1_048_576)} MB allowed (see Max File Size)`, false);
}

function notAnImage(head: Uint8Array, clean: (text: string) => string): BadDownload {
	if (head.length === 0) return new BadDownload('the file is empty', true);
	const start = clean(new TextDecoder().decode(head.subarray(0, 2000))).slice(0, 300);
	const text = start.replace(/<[^>]*>/g, ' ').replace(/\s+/g, ' ').trim();
	const readable = /^[\x20-\x7e\u00a0-\uffff]*$/.test(text);
	return new BadDownload(`the file is not an image${readable && text !== '' ? `: "${text.slice(0, 120)}"` : ''}`, false);
}

/**
 * Reads the head of a byte stream until it tells type and size, then hands on the whole stream under guard: size cap on
 * the way, announced length and the format's own end marker at the end. Never holds more than the head.
 */
export async function guardBytes(source: AsyncIterable<Uint8Array>, rules: GuardRules): Promise<GuardedDownload> {
	if (rules.contentLength !== undefined && rules.contentLength > rules.maxBytes) throw tooLarge(rules.maxBytes);
	const iterator = source[Symbol.asyncIterator]();
	const early: Uint8Array[] = [];
	let total = 0;
	const next = async (): Promise<Uint8Array | undefined> => {
		const step = await iterator.next();
		if (step.done === true) return undefined;
		rules.onBytes?.(step.value.length);
		total += step.value.length;
		if (total > rules.maxBytes) throw tooLarge(rules.maxBytes);
		return step.value;
	};
	let head: Uint8Array = new Uint8Array();
	let header: ImageHeader | undefined;
	for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
		early.push(chunk);
		head = join(early);
		header = imageHeader(head);
		if (header?.size !== undefined || head.length >= headerBytes) break;
		if (header === undefined && head.length >= 16) break;
	}
	if (header === undefined) throw notAnImage(head, rules.clean ?? ((text) => text));
	const end = watchEnd(header.mimeType);

	async function* bytes(): AsyncGenerator<Uint8Array> {
		end.see(head);
		yield* early;
		early.length = 0;
		for (let chunk = await next(); chunk !== undefined; chunk = await next()) {
			end.see(chunk);
			yield chunk;
		}
		if (rules.contentLength !== undefined && total < rules.contentLength) {
			throw new BadDownload(`the file is cut off after ${total} of ${rules.contentLength} bytes`, true);
		}
		if (end.isCutOff(total)) throw new BadDownload('the file is cut off', true);
	}
	return { header, bytes: bytes(), total: () => total };
}
