import { createHash } from 'crypto';
import type { IBinaryData, IExecuteFunctions } from 'n8n-workflow';

import { imageHeader } from '../../core/image/imageHeader';
import { referenceSizeFault, referenceSizeWarning } from '../../core/image/referenceSize';
import { trimInvisible } from '../../core/invisible';
import { isJsonObject, jsonText } from '../../core/json';
import { isBase64 } from '../../core/parameters/imageUrls';
import type { Provider, ReferenceFile } from '../../core/provider/provider';
import { quote } from '../../core/text';
import { filesInJson } from '../execution/binaryMode';

/** A reference image of one item: a URL as it is, or a file that still needs one. */
export type Reference = { kind: 'url'; url: string } | { kind: 'file'; file: BinaryFile };

export interface BinaryFile extends ReferenceFile {
	/** The binary field that holds it. */
	field: string;
	/** SHA-256 of its content. */
	hash: string;
	binary: IBinaryData;
	/** Warnings about it. */
	warning?: string;
}

/** A binary field's name, or a file itself, as an expression such as {{ $('Webhook').item.binary.photo }} gives it. */
export type NamedFile = string | IBinaryData;

const kibibyte = 1024;

/** A photo's width and height are within this many bytes; metadata may come before them. */
const mostHeadBytes = 262_144;

/** The types with width and height in their first bytes. A JPEG may have any amount of metadata before them, and a TIFF's are not read. */
const sizeComesFirst: ReadonlySet<string> = new Set(['image/png', 'image/webp', 'image/gif', 'image/bmp']);

function humanSize(bytes: number): string {
	return bytes >= kibibyte ** 2 ? `${(bytes / kibibyte ** 2).toFixed(1)} MB` : `${Math.ceil(bytes / kibibyte)} kB`;
}

const shortType = (mimeType: string): string => mimeType.replace('image/', '').toUpperCase();

const isFile = (value: unknown): value is IBinaryData => isJsonObject(value) && typeof value.mimeType === 'string';

/** Whether the content is there: for a file that n8n keeps in memory, the expression $binary gives only name and type. */
const hasContent = ({ data, id }: Partial<IBinaryData>): boolean => typeof data === 'string' || typeof id === 'string';

/** Whether a text is the content of a file, which may be broken into lines. */
const isContent = (text: string): boolean => /^data:/i.test(text) || (/^\S{60}/.test(text) && isBase64(text.replace(/\s+/g, '')));

/** The values of Input Data Field Name(s): names, typed or as a list, and files. A URL among them is a reference image too. */
export function filesNamedIn(raw: unknown): NamedFile[] {
	const listed: unknown[] = Array.isArray(raw) ? raw : typeof raw !== 'string' ? [raw] : isContent(raw.trim()) ? [raw] : raw.split(/[\r\n,]+/);
	return listed.flatMap((one): NamedFile[] => {
		if (isFile(one)) return [one];
		const name = trimInvisible(typeof one === 'string' ? one : jsonText(one));
		return name === '' || name === 'null' ? [] : [name];
	});
}

/** What messages call the file. */
export const labelOf = (named: NamedFile): string => (typeof named === 'string' ? named : (named.fileName ?? 'the expression'));

export const isUrlName = (name: string): boolean => /^(?!data:)[a-z][a-z0-9+.-]*:/i.test(name);

/** A stored file's content in pieces; never the whole file, unless n8n keeps it in memory anyway. */
async function* contentOf(context: IExecuteFunctions, binary: IBinaryData): AsyncGenerator<Uint8Array> {
	if (binary.id === undefined) {
		yield Buffer.from(binary.data, 'base64');
		return;
	}
	for await (const piece of await context.helpers.getBinaryStream(binary.id)) yield piece as Uint8Array;
}

export async function loadFile(context: IExecuteFunctions, file: BinaryFile): Promise<Uint8Array> {
	const pieces: Uint8Array[] = [];
	for await (const piece of contentOf(context, file.binary)) pieces.push(piece);
	return Buffer.concat(pieces);
}

const mostNamesListed = 20;

function availableFields(context: IExecuteFunctions, itemIndex: number): string {
	const item = context.getInputData()[itemIndex];
	const names = [...Object.keys(item?.binary ?? {}), ...Object.keys(item?.json[filesInJson] ?? {})];
	const more = names.length > mostNamesListed ? ` and ${names.length - mostNamesListed} more` : '';
	const listed = names.slice(0, mostNamesListed).map((name) => (name.length > 80 ? quote(name, 80) : name));
	return names.length === 0 ? 'the item has no files' : `the item has ${listed.join(', ')}${more}`;
}

function findBinary(context: IExecuteFunctions, itemIndex: number, named: NamedFile): IBinaryData | undefined {
	if (typeof named !== 'string') return named;
	for (const field of [named, `${filesInJson}.${named}`]) {
		try {
			return context.helpers.assertBinaryData(itemIndex, field);
		} catch {
			// n8n's own error says neither which fields the item has nor what to do
		}
	}
	// Files kept in memory stay in the binary fields under Binary Mode: Combined, where n8n's helper only looks in the JSON.
	return context.getInputData()[itemIndex]?.binary?.[named];
}

/** Reads a file's real type, size and content hash without keeping the file; a sentence if the provider would refuse it. */
export async function examineFile(context: IExecuteFunctions, provider: Provider, itemIndex: number, named: NamedFile): Promise<BinaryFile | string> {
	if (typeof named === 'string' && isContent(named)) {
		return `Input Data Field Name(s) contains the content of a file (${quote(named, 80)}) and not the name of a field: convert it with a Convert to File node and name the field that node creates`;
	}
	const field = labelOf(named);
	const binary = findBinary(context, itemIndex, named);
	if (binary === undefined) {
		return `Input Data Field Name(s) names ${quote(field, 80)}, but ${availableFields(context, itemIndex)}`;
	}
	if (!hasContent(binary)) {
		return `Input Data Field Name(s) is an expression that gives ${field} without its content; name the field instead: ${availableFields(context, itemIndex)}`;
	}
	const digest = createHash('sha256');
	const head: Uint8Array[] = [];
	let bytes = 0;
	for await (const piece of contentOf(context, binary)) {
		digest.update(piece);
		if (bytes < mostHeadBytes) head.push(piece.subarray(0, mostHeadBytes - bytes));
		bytes += piece.length;
	}
	const type = imageHeader(Buffer.concat(head));
	const { referenceTypes, referenceBytes, referenceRatio } = provider.limits;
	const allowed = `${provider.displayName} takes ${referenceTypes.map(shortType).join(', ')} up to ${humanSize(referenceBytes)}`;
	if (type === undefined) return `The file in ${field} is not an image (${binary.mimeType}, ${humanSize(bytes)}); ${allowed}`;
	if (!referenceTypes.includes(type.mimeType)) return `The file in ${field} is ${shortType(type.mimeType)}; ${allowed}`;
	if (bytes > referenceBytes) return `The file in ${field} has ${humanSize(bytes)}; ${allowed}`;
	if (type.size === undefined && sizeComesFirst.has(type.mimeType)) return `The file in ${field} is damaged: its header gives no width and height`;
	const sizeFault = type.size === undefined ? undefined : referenceSizeFault(type.size, field, referenceRatio);
	if (sizeFault !== undefined) return sizeFault;
	const warning = type.size === undefined ? undefined : referenceSizeWarning(type.size, field);
	const fileName = `reference-${itemIndex + 1}-${field.replace(/\W+/g, '_')}.${type.extension}`;
	return { field, hash: digest.digest('hex'), binary, fileName, mimeType: type.mimeType, bytes, ...(warning === undefined ? {} : { warning }) };
}
