export interface FilePart {
	name: string;
	fileName: string;
	mimeType: string;
	bytes: Uint8Array;
}

export interface RawBody {
	contentType: string;
	bytes: Uint8Array;
}

const quote = (text: string): string => text.replace(/[\r\n"\\]/g, '_');

/** A multipart/form-data body (RFC 7578): the fields in order, then the file last, as presigned S3 forms require. */
export function encodeMultipart(fields: ReadonlyArray<readonly [string, string]>, file: FilePart, boundary: string): RawBody {
	const encoder = new TextEncoder();
	const parts = fields.map(([name, value]) => `--${boundary}\r\nContent-Disposition: form-data; name="${quote(name)}"\r\n\r\n${value}\r\n`);
	const fileHead = `--${boundary}\r\nContent-Disposition: form-data; name="${quote(file.name)}"; filename="${quote(file.fileName)}"\r\nContent-Type: ${quote(file.mimeType)}\r\n\r\n`;
	const head = encoder.encode(parts.join('') + fileHead);
	const tail = encoder.encode(`\r\n--${boundary}--\r\n`);
	const bytes = new Uint8Array(head.length + file.bytes.length + tail.length);
	bytes.set(head, 0);
	bytes.set(file.bytes, head.length);
	bytes.set(tail, head.length + file.bytes.length);
	return { contentType: `multipart/form-data; boundary=${boundary}`, bytes };
}
