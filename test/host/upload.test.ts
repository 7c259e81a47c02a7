import type { IExecuteFunctions } from 'n8n-workflow';

import type { BinaryFile } from '../../nodes/host/references';
import type { Channel, Run } from '../../nodes/host/run';
import { urlForFile } from '../../nodes/host/upload';
import { providerOf } from '../support/provider';

const file: BinaryFile = { field: 'data', hash: 'ab12', fileName: 'reference-1-data.png', mimeType: 'image/png', bytes: 1000, binary: { id: 'filesystem-v2:1', data: 'filesystem-v2', mimeType: 'image/png' } };
const channel = { provider: providerOf('apixo'), account: { baseUrl: 'https://api.apixo.ai/api/v1' } } as Channel;

const runWith = (helpers: Partial<IExecuteFunctions['helpers']>): Run => ({ context: { helpers } }) as Run;

describe('a file for a provider that fetches by URL', () => {
	test('is given as a link to this n8n', async () => {
		const url = 'https://n8n.example.com/rest/binary-data/signed?token=t';
		await expect(urlForFile(file, channel, runWith({ createBinarySignedUrl: () => url }))).resolves.toEqual({ kind: 'url', url });
	});

	test('is refused by an n8n that has no such links', async () => {
		await expect(urlForFile(file, channel, runWith({}))).resolves.toMatchObject({
			kind: 'failed',
			failure: { kind: 'invalidInput', message: expect.stringContaining('Update n8n, or pass image URLs'), mayBeCharged: false },
		});
	});
});
