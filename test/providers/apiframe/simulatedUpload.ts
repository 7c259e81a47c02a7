import type { Exchange } from '../../simulator/exchange';
import { imageType } from '../../simulator/imageType';
import { readMultipart } from '../../simulator/multipart';
import type { Reply } from '../../simulator/reply';
import type { Problem } from '../../simulator/simulatedProvider';
import type { World } from '../../simulator/world';

const mostBytes = 25_000_000;

export function storeUpload(world: World, { request, body }: Exchange, refuse: (problem: Problem) => Reply): Reply {
	const no = (message: string): Reply => refuse({ kind: 'invalid', faults: [{ path: 'file', message }] });
	const parts = readMultipart(body, request.headers['content-type']);
	const file = parts?.find(({ name }) => name === 'file');
	if (parts === undefined || file === undefined) return no('is required');
	if (parts.length > 1) return no('must be the only field');
	const type = imageType(file.data);
	if (type === undefined) return no('is not an image');
	if (file.data.length > mostBytes) return no('must be at most 25 MB');
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
