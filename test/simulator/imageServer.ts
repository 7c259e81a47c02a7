import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';

import type { Exchange } from './exchange';
import { deliveredCount, formatOf, type ImageFormat } from './imageUrls';
import { encodeJpeg } from './jpeg';
import { drawPicture, type PictureText } from './picture';
import { afterHeader, encodePng, pngChunk } from './png';
import { breakConnection, errorPage, sendReply } from './reply';
import { directives, withoutDirectives, type Directive } from './scenario';
import { encodeWebp } from './webp';
import type { Task, World } from './world';

const megabyte = 1_000_000;
const cacheSize = 200;
const cache = new Map<string, Promise<Buffer>>();

function textOf(task: Task, number: number): PictureText {
	return {
		provider: task.provider.id,
		providerName: task.provider.displayName,
		prompt: withoutDirectives(task.job.prompt),
		...task.job.size,
		number,
		count: deliveredCount(task.scenario, task.job.imagesRequested),
		references: task.job.references.length,
	};
}

async function encode(text: PictureText, format: ImageFormat): Promise<Buffer> {
	const { width, height } = text;
	if (format === 'png') return encodePng(drawPicture(text), width, height);
	// a JPEG's blocks are 8 pixels wide: nothing smaller could be seen
	if (format === 'jpeg') return encodeJpeg(drawPicture(text, Math.ceil(Math.max(width, height) / 8)), width, height);
	return encodeWebp(drawPicture(text), width, height);
}

/** The file of an image; the last ones drawn are kept. */
export function imageFile(text: PictureText, format: ImageFormat): Promise<Buffer> {
	const key = JSON.stringify([text, format]);
	const known = cache.get(key);
	if (known !== undefined) return known;
	const file = encode(text, format);
	if (cache.size >= cacheSize) cache.delete(cache.keys().next().value ?? '');
	cache.set(key, file);
	return file;
}

/** The picture as it was drawn, before it was enlarged. */
export function thumbnail(task: Task, number: number): Promise<Buffer> {
	const picture = drawPicture(textOf(task, number));
	return encodePng(picture, picture.width, picture.height);
}

const padding = pngChunk('paDd', Buffer.alloc(megabyte));

/** A valid PNG of about so many megabytes, made while it is sent, filled with chunks that readers ignore. */
function* padded(file: Buffer, count: number): Generator<Buffer> {
	yield file.subarray(0, afterHeader);
	for (let sent = 0; sent < count; sent++) yield padding;
	yield file.subarray(afterHeader);
}

export function sendFile(response: ServerResponse, file: Buffer, type: string): void {
	response.writeHead(200, { 'Content-Type': type, 'Content-Length': file.length });
	response.end(file);
}

const dripMilliseconds = 200;

/** Sends a file in pieces over so many real seconds. */
async function drip(world: World, response: ServerResponse, file: Buffer, type: string, seconds: number): Promise<void> {
	response.writeHead(200, { 'Content-Type': type, 'Content-Length': file.length });
	const pauses = Math.ceil((seconds * 1000) / dripMilliseconds);
	const size = Math.ceil(file.length / (pauses + 1));
	for (let at = 0; at < file.length && !response.destroyed; at += size) {
		if (at > 0) await world.wait(dripMilliseconds);
		response.write(file.subarray(at, at + size));
	}
	response.end();
}

const forms = new Set(['jpeg', 'webp', 'duplicate', 'empty-url']);

function isFault({ value }: Directive): boolean {
	return !forms.has(value) && !value.startsWith('private');
}

/** `/images/<task>/<number>.<extension>`, without any key, with what the task's directives do to downloads. */
export async function serveImage(world: World, exchange: Exchange, isElsewhere: boolean): Promise<void> {
	const { request, response, url, entry } = exchange;
	const [, id = '', digits = ''] = /^\/images\/([^/]+)\/(\d+)\.\w+$/.exec(url.pathname) ?? [];
	const task = world.tasks.get(decodeURIComponent(id));
	const number = Number(digits);
	if (task === undefined || number < 1) return sendReply(response, { status: 404, body: 'no such image' });
	entry.provider = task.provider.id;
	entry.taskId = task.id;
	if (world.isFlaky()) {
		entry.note = 'a passing fault';
		return sendReply(response, { status: 503, body: 'try again' });
	}
	const format = formatOf(task);
	const type = `image/${format}`;
	const candidates = directives(task.scenario, 'image').filter((directive) => isFault(directive) && Number(directive.parameters.only ?? number) === number);
	const directive = isElsewhere ? undefined : world.strikes.take(`image ${task.id} ${number}`, candidates, Infinity);
	const file = await imageFile(textOf(task, number), format);
	if (directive === undefined) return sendFile(response, file, type);

	const { value } = directive;
	entry.note = `image=${value}`;
	if (/^\d{3}$/.test(value)) {
		return sendReply(response, { status: Number(value), body: '<Error><Code>AccessDenied</Code></Error>' });
	}
	const [word, argument = ''] = value.split(':');
	switch (word) {
		case 'redirect':
		case 'redirect-elsewhere': {
			const target = word === 'redirect' ? `${world.origin}/redirected` : world.elsewhere;
			response.writeHead(302, { Location: `${target}${url.pathname}`, 'Content-Length': 0 });
			response.end();
			return;
		}
		case 'truncated':
			response.writeHead(200, { 'Content-Type': type, 'Content-Length': file.length });
			response.write(file.subarray(0, file.length >> 1));
			world.later(50, () => breakConnection(response));
			return;
		case 'cut':
			return sendFile(response, file.subarray(0, Math.floor(file.length * 0.7)), type);
		case 'stall':
			response.writeHead(200, { 'Content-Type': type, 'Content-Length': file.length });
			response.write(file.subarray(0, 1000));
			return;
		case 'drip':
			return await drip(world, response, file, type, Number(argument === '' ? 3 : argument));
		case 'html':
			return sendReply(response, { status: 200, body: errorPage.replaceAll('502 Bad Gateway', 'Please log in') });
		case 'wrong-type':
			return sendFile(response, file, 'application/octet-stream');
		case 'empty':
			return sendFile(response, Buffer.alloc(0), type);
		case 'reset':
			return breakConnection(response);
		case 'big': {
			const png = format === 'png' ? file : await imageFile(textOf(task, number), 'png');
			const count = Number(argument === '' ? 20 : argument);
			response.writeHead(200, { 'Content-Type': 'image/png', 'Content-Length': png.length + count * padding.length });
			const stream = Readable.from(padded(png, count), { objectMode: false, highWaterMark: megabyte });
			stream.pipe(response);
			request.socket.once('close', () => stream.destroy());
			return;
		}
		default:
			return sendReply(response, { status: 500, body: `the simulator knows no image=${value}` });
	}
}
