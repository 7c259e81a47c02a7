import { valueAt, type JsonValue } from '../../../nodes/core/json';
import type { Exchange } from '../../simulator/exchange';
import { imageType } from '../../simulator/imageType';
import { readMultipart } from '../../simulator/multipart';
import { sendReply, type Reply } from '../../simulator/reply';
import type { World } from '../../simulator/world';

const mostBytes = 10_000_000;
const presignedSeconds = 600;

/** The upload that a `pre_url` request announces, or what is wrong with it. */
function readPreUrl(body: unknown): { name: string; type: string } | undefined {
	const name = valueAt(body, 'image_name');
	const type = valueAt(body, 'content_type');
	if (typeof name !== 'string' || typeof type !== 'string') return undefined;
	if (!/\.(jpe?g|png)$/i.test(name) || !['image/jpeg', 'image/png'].includes(type)) return undefined;
	return { name, type };
}

/** Where the announced file goes: to a storage on another origin. */
export function announceUpload(world: World, _exchange: Exchange, body: JsonValue | undefined): Reply {
	const wanted = readPreUrl(body);
	if (wanted === undefined) return { status: 200, body: { code: 0, message: 'Invalid image format' } };
	const key = `images/${world.random.hex(16)}${/\.\w+$/.exec(wanted.name)?.[0] ?? ''}`;
	const fields = {
		key,
		'Content-Type': wanted.type,
		'x-amz-algorithm': 'AWS4-HMAC-SHA256',
		'x-amz-credential': 'SIMULATOR/20260101/us-east-1/s3/aws4_request',
		'x-amz-date': '20260101T000000Z',
		policy: world.random.hex(40),
		'x-amz-signature': world.random.hex(64),
	};
	world.announced.set(key, { fields, type: wanted.type, expiresAt: Date.now() + presignedSeconds * 1000 });
	return {
		status: 200,
		body: {
			code: 1,
			message: 'success',
			data: {
				upload_url: { url: `${world.elsewhere}/pixwith-uploads`, fields },
				image_url: `${world.origin}/uploads/pixwith/${key}`,
			},
		},
	};
}

/** The storage behind PixWith, on another origin: every field once, the file last, and no key of PixWith's. */
export function storePresigned(world: World, exchange: Exchange): void {
	const { request, response, body, entry } = exchange;
	entry.provider = 'pixwith';
	entry.kind = 'upload';
	const no = (status: number, code: string, message: string): void => {
		entry.note = message;
		sendReply(response, { status, body: `<Error><Code>${code}</Code><Message>${message}</Message></Error>` });
	};
	if (entry.hasCredential) return no(400, 'InvalidArgument', 'Only one auth mechanism allowed');
	const parts = readMultipart(body, request.headers['content-type']);
	if (parts === undefined) return no(400, 'MalformedPOSTRequest', 'The body is not well-formed multipart/form-data');
	const names = parts.map(({ name }) => name);
	const key = parts.find(({ name }) => name === 'key')?.data.toString();
	const announced = world.announced.get(key ?? '');
	if (announced === undefined) return no(403, 'AccessDenied', 'Invalid according to Policy: unknown key');
	if (Date.now() > announced.expiresAt) return no(403, 'AccessDenied', 'Invalid according to Policy: Policy expired.');
	for (const [name, value] of Object.entries(announced.fields)) {
		const given = parts.filter((part) => part.name === name);
		if (given.length !== 1) return no(403, 'AccessDenied', `Field ${name} must stand there exactly once`);
		if (given[0]?.data.toString() !== value) return no(403, 'AccessDenied', `Field ${name} was changed`);
	}
	const foreign = names.filter((name) => name !== 'file' && !Object.hasOwn(announced.fields, name));
	if (foreign.length > 0) return no(403, 'AccessDenied', `Extra input fields: ${foreign.join(', ')}`);
	const file = parts.at(-1);
	if (file?.name !== 'file' || names.indexOf('file') !== names.length - 1) {
		return no(400, 'InvalidArgument', 'POST requires exactly one file upload, as the last field');
	}
	if (file.data.length > mostBytes) return no(400, 'EntityTooLarge', 'Your proposed upload exceeds 10 MB');
	if (imageType(file.data) !== announced.type) return no(400, 'InvalidArgument', `The file is not ${announced.type}`);
	world.files.set(`/uploads/pixwith/${key}`, { data: file.data, type: announced.type });
	sendReply(response, { status: 204, body: '' });
}
