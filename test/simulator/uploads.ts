import type { JsonValue } from '../../nodes/core/json';
import type { Exchange } from './exchange';
import { imageType } from './imageType';
import { readMultipart } from './multipart';
import { readPreUrl } from '../providers/pixwith/simulated';
import type { SimulatedProvider } from './simulatedProvider';
import { sendReply, type Reply } from './reply';
import type { World } from './world';

const pixwithMost = 10_000_000;
const apiframeMost = 25_000_000;
const presignedSeconds = 600;

/** The provider's own upload request: an announcement at PixWith, the file itself at Apiframe. */
export function upload(world: World, provider: SimulatedProvider, exchange: Exchange, body: JsonValue | undefined): Reply {
	return provider.id === 'pixwith' ? announceUpload(world, provider, body) : storeUpload(world, provider, exchange);
}

function announceUpload(world: World, provider: SimulatedProvider, body: JsonValue | undefined): Reply {
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
	const prefix = provider.prefix;
	return {
		status: 200,
		body: {
			code: 1,
			message: 'success',
			data: {
				upload_url: { url: `${world.elsewhere}${prefix}-uploads`, fields },
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
	if (file.data.length > pixwithMost) return no(400, 'EntityTooLarge', 'Your proposed upload exceeds 10 MB');
	if (imageType(file.data) !== announced.type) return no(400, 'InvalidArgument', `The file is not ${announced.type}`);
	world.files.set(`/uploads/pixwith/${key}`, { data: file.data, type: announced.type });
	sendReply(response, { status: 204, body: '' });
}

function storeUpload(world: World, provider: SimulatedProvider, { request, body }: Exchange): Reply {
	const no = (message: string): Reply => provider.refuse({ kind: 'invalid', faults: [{ path: 'file', message }] });
	const parts = readMultipart(body, request.headers['content-type']);
	const file = parts?.find(({ name }) => name === 'file');
	if (parts === undefined || file === undefined) return no('is required');
	if (parts.length > 1) return no('must be the only field');
	const type = imageType(file.data);
	if (type === undefined) return no('is not an image');
	if (file.data.length > apiframeMost) return no('must be at most 25 MB');
	const id = world.random.uuid();
	const path = `/uploads/apiframe/${id}.${type.slice('image/'.length)}`;
	world.files.set(path, { data: file.data, type });
	return {
		status: 201,
		body: {
			id,
			url: `${world.origin}${path}`,
			kind: 'image',
			contentType: type,
			byteSize: file.data.length,
			expiresAt: new Date(Date.now() + 3_600_000).toISOString(),
		},
	};
}
