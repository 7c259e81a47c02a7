import { watchEnd } from './imageEnd';
import { headerBytes, imageHeader, typeBytes, type ImageHeader } from './imageHeader';

/** Why a download cannot be passed on as an image. */
export class BadDownload extends Error {
	constructor(
		message: string,
		/** Whether downloading again may help. */
		readonly retryable: boolean,
	) {
		super(message);
		this.name = 'BadDownload';
	}
}

export interface GuardRules {
	maxBytes: number;
	/** From the reply's headers. */
	contentLength?: number;
	/** Called with the size of each chunk as it arrives, to detect slow hosts. */
	onBytes?(bytes: number): void;
	/** Removes secrets from the quoted beginning of a file that is not an image. */
	clean?: (text: string) => string;
}

export interface GuardedDownload {
	header: ImageHeader;
	/** The whole file, checked while it streams; throws BadDownload at the end if it is cut off. */
	bytes: AsyncGenerator<Uint8Array>;
	/** Bytes seen so far. */
	total(): number;
}

/** Collects the first bytes of a file from its chunks. */
function createHead() {
	let buffer = new Uint8Array(4096);
	let length = 0;
	return {
		length: () => length,
		bytes: () => buffer.subarray(0, length),
		add(piece: Uint8Array) {
			if (length + piece.length > buffer.length) {
				const larger = new Uint8Array(Math.max(buffer.length * 2, length + piece.length));
				larger.set(buffer.subarray(0, length));
				buffer = larger;
			}
			buffer.set(piece, length);
			length += piece.length;
		},
	};
}

function tooLarge(maxBytes: number): BadDownload {
	return new BadDownload(`the file is larger than the ${Math.round((maxBytes / 1_048_576) * 1000) / 1000} MB allowed (see Max File Size)`, false);
}

function notAnImage(head: Uint8Array, clean: (text: string) => string): BadDownload {
	if (head.length === 0) return new BadDownload('the file is empty', true);
	const start = clean(new TextDecoder().decode(head.subarray(0, 2000))).slice(0, 300);
	const text = start
		.replace(/<[^>]*>/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	const readable = /^[\x20-\x7e\u00a0-\uffff]*$/.test(text);
	return new BadDownload(`the file is not an image${readable && text !== '' ? `: "${text.slice(0, 120)}"` : ''}`, false);
}

/**
 * Reads a byte stream until its header shows type and size, then returns the whole stream, checked as it is read: the size
 * limit at each chunk, Content-Length and the format's own end marker at the end. Buffers only the header.
 */
export async function guardBytes(source: AsyncIterable<Uint8Array>, rules: GuardRules): Promise<GuardedDownload> {
	if (rules.contentLength !== undefined && rules.contentLength > rules.maxBytes) throw tooLarge(rules.maxBytes);
	const iterator = source[Symbol.asyncIterator]();
	let total = 0;
	const next = async (): Promise<Uint8Array | undefined> => {
		const step = await iterator.next();
		if (step.done === true) return undefined;
		rules.onBytes?.(step.value.length);
		total += step.value.length;
		if (total > rules.maxBytes) throw tooLarge(rules.maxBytes);
		return step.value;
	};
	const start = createHead();
	let header: ImageHeader | undefined;
	let readAgainAt = typeBytes;
	for (let chunk = await next(); ; chunk = await next()) {
		if (chunk !== undefined) start.add(chunk);
		// A chunk may be a single byte, so the header is parsed again only when the data has doubled.
		if (chunk !== undefined && start.length() < readAgainAt) continue;
		header = imageHeader(start.bytes());
		if (chunk === undefined || header === undefined || header.size !== undefined || start.length() >= headerBytes) break;
		readAgainAt = Math.min(headerBytes, start.length() * 2);
	}
	const head = start.bytes();
	if (header === undefined) throw notAnImage(head, rules.clean ?? ((text) => text));
	const end = watchEnd(header.mimeType);

	async function* bytes(): AsyncGenerator<Uint8Array> {
		end.see(head);
		yield head;
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
