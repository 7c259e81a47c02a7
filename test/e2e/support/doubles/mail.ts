import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

export interface Attachment {
	readonly fileName: string;
	readonly type: string;
	readonly bytes: Buffer;
}

export interface Mail {
	readonly to: string[];
	readonly subject: string;
	/** Where the links of its text lead. */
	readonly links: string[];
	readonly attachments: Attachment[];
}

export interface MailDouble {
	readonly port: number;
	readonly mails: Mail[];
	stop(): Promise<void>;
}

/** A MIME entity's header fields, unfolded, names in small letters, and what follows the empty line. */
function partsOf(entity: string): { fields: Map<string, string>; body: string } {
	const end = entity.indexOf('\r\n\r\n');
	const head = end === -1 ? entity : entity.slice(0, end);
	const lines = head
		.replace(/\r\n[ \t]+/g, ' ')
		.split('\r\n')
		.filter((line) => line.includes(':'));
	const fields = lines.map((line) => [line.slice(0, line.indexOf(':')).trim().toLowerCase(), line.slice(line.indexOf(':') + 1).trim()] as const);
	return { fields: new Map(fields), body: end === -1 ? '' : entity.slice(end + 4) };
}

/** Every file in a message, at any depth. */
function attachmentsIn(entity: string): Attachment[] {
	const { fields, body } = partsOf(entity);
	const type = fields.get('content-type') ?? '';
	const boundary = /boundary="?([^";]+)"?/i.exec(type)?.[1];
	if (boundary !== undefined) {
		const pieces = body.split(`--${boundary}`).slice(1, -1);
		return pieces.flatMap((piece) => attachmentsIn(piece.replace(/^\r\n/, '')));
	}
	const fileName = /filename="?([^";]+)"?/i.exec(fields.get('content-disposition') ?? '')?.[1];
	if (fileName === undefined || fields.get('content-transfer-encoding') !== 'base64') return [];
	return [{ fileName, type: type.split(';')[0] ?? '', bytes: Buffer.from(body, 'base64') }];
}

/** As mail programs wrap long lines and encode other characters. */
const decodeQuoted = (text: string) =>
	text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));

const linksIn = (text: string) => [...decodeQuoted(text).matchAll(/href="([^"]+)"/g)].map(([, address = '']) => address.replaceAll('&amp;', '&'));

function readMail(text: string, to: string[]): Mail {
	return { to, subject: partsOf(text).fields.get('subject') ?? '', links: linksIn(text), attachments: attachmentsIn(text) };
}

function serve(socket: Socket, mails: Mail[]): void {
	let to: string[] = [];
	let lines: string[] | undefined;
	const say = (line: string) => socket.write(`${line}\r\n`);
	const obey = (line: string): void => {
		if (/^(EHLO|HELO) /i.test(line)) say('250 double.example');
		else if (/^DATA$/i.test(line)) {
			lines = [];
			say('354 go on, and end with a dot');
		} else if (/^QUIT$/i.test(line)) {
			say('221 bye');
			socket.end();
		} else {
			const recipient = /^RCPT TO:<([^>]+)>/i.exec(line)?.[1];
			if (recipient !== undefined) to.push(recipient);
			say('250 OK');
		}
	};
	socket.on('error', () => undefined);
	createInterface({ input: socket, crlfDelay: Infinity }).on('line', (line) => {
		if (lines === undefined) obey(line);
		else if (line === '.') {
			mails.push(readMail(lines.join('\r\n'), to));
			lines = undefined;
			to = [];
			say('250 taken');
		} else lines.push(line.startsWith('.') ? line.slice(1) : line);
	});
	say('220 double.example ready');
}

/** A mail server that accepts every message and delivers none. */
export async function startMailDouble(): Promise<MailDouble> {
	const mails: Mail[] = [];
	const sockets = new Set<Socket>();
	const server = createServer((socket) => {
		sockets.add(socket.once('close', () => sockets.delete(socket)));
		serve(socket, mails);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	return {
		port: (server.address() as AddressInfo).port,
		mails,
		stop: async () => {
			for (const socket of sockets) socket.destroy();
			await new Promise((resolve) => server.close(resolve));
		},
	};
}
