/** The body that each provider is sent, as its contract says. */
import { merge } from 'lodash';

import { setAt, type JsonObject } from '../../nodes/core/json';
import { buildSubmit } from '../../nodes/core/submit/buildSubmit';
import { imageCount } from '../../nodes/core/submit/imageCount';
import { providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { validTaskOf } from '../support/taskOf';

const image = 'https://example.com/1.jpg';
const callbackUrl = 'https://n8n.example/webhook';

describe.each(providers.map((provider) => [provider.id, provider] as const))('%s', (id, provider) => {
	const { callback, imageParameters = {}, request } = contractOf(id);
	const fox = validTaskOf(provider, { prompt: 'a fox' });

	test('is sent a prompt', () => {
		expect(buildSubmit(provider, fox)).toEqual({ method: 'POST', path: request.path, body: request.text });
	});

	test('is sent reference images', () => {
		const task = validTaskOf(provider, { operation: 'imageToImage', prompt: 'a fox', imageUrls: image, fields: imageParameters });
		expect(buildSubmit(provider, task).body).toEqual(merge({}, request.text, request.image([image])));
	});

	test('is sent a callback URL if it has callbacks', () => {
		const { body } = buildSubmit(provider, { ...fox, callbackUrl });
		expect(body).toEqual(merge({}, request.text, callback?.request(callbackUrl)));
	});

	const path = provider.fields.find(({ name }) => name === 'imageCount')?.wire;

	test('is asked for as many images as the parameter says if there is one', () => {
		const values = { ...fox.values, imageCount: 3 };
		expect(imageCount(provider, { ...fox, values })).toEqual({ requested: path === undefined ? 1 : 3 });
	});

	test('is asked for as many images as Additional Fields say if there is a count', () => {
		const additionalFields: JsonObject = {};
		if (path !== undefined) setAt(additionalFields, path, 4);
		expect(imageCount(provider, { ...fox, additionalFields })).toEqual({ requested: path === undefined ? 1 : 4 });
	});
});
