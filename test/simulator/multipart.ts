export interface Part {
	name: string;
	fileName?: string;
	type?: string;
	data: Buffer;
}

/** The parts of a multipart/form-data body in their order; undefined where it is malformed. */
export function readMultipart(body: Buffer, contentType: string | undefined): Part[] | undefined {
	const found = /^multipart\/form-data;.*boundary=(?:"([^"]+)"|([^;\s]+))/i.exec(contentType ?? '');
	const boundary = found?.[1] ?? found?.[2];
	if (boundary === undefined) return undefined;
	const delimiter = Buffer.from(`--${boundary}`);
	const parts: Part[] = [];
	let start = body.indexOf(delimiter);
	while (start !== -1) {
		start += delimiter.length;
		if (body.subarray(start, start + 2).toString() === '--') return parts;
		const end = body.indexOf(Buffer.concat([Buffer.from('\r\n'), delimiter]), start);
		const headEnd = body.indexOf('\r\n\r\n', start);
		if (end === -1 || headEnd === -1 || headEnd > end) return undefined;
		const head = body.subarray(start + 2, headEnd).toString('utf8');
		const name = /\bname="([^"]*)"/i.exec(head)?.[1];
		if (name === undefined) return undefined;
		parts.push({
			name,
			fileName: /\bfilename="([^"]*)"/i.exec(head)?.[1],
			type: /^content-type:\s*(\S+)/im.exec(head)?.[1],
			data: body.subarray(headEnd + 4, end),
		});
		start = end + 2;
	}
	return undefined;
}
