/** The models beside Seedream 4.5, each at its provider, in both operations. */
import mergeWith from 'lodash/mergeWith';

import { providers } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import { submitsOf } from './support/observe';
import { runGenerate, runWait, useSimulated } from './support/simulated';

const simulated = useSimulated();

const references = ['https://example.com/cup.png', 'https://example.com/table.jpg'];
const pairs = providers.flatMap(({ id }) => Object.entries(contractOf(id).otherModels ?? {}).map(([model, contract]) => ({ provider: id, model, contract })));
const manyReferences = (count: number): string[] => Array.from({ length: count }, (_, index) => `https://example.com/${index}.png`);

/** A body with a change; what is null in it is not sent. */
const changed = (body: object, change: object): unknown =>
	JSON.parse(
		JSON.stringify(mergeWith({}, body, change, (_current: unknown, added: unknown) => (Array.isArray(added) ? added : undefined))),
		(_key, value: unknown) => (value === null ? undefined : value),
	);

describe.each(pairs)('$provider with $model', ({ provider, model, contract }) => {
	const chosen = { provider, model };
	const { request, price, leftOver, mostReferences, size } = contract;

	test('turns a prompt into an image, by the request of its page', async () => {
		const finished = await runGenerate(simulated, { parameters: chosen });
		expect(finished.error('Generate')?.message).toBeUndefined();
		const [item, ...others] = finished.items('Generate');
		expect(others).toEqual([]);
		expect(item?.json).toMatchObject({ provider, model, status: 'succeeded', width: 2048, height: 2048 });
		// An unknown price is not guessed.
		expect(item?.json.cost).toEqual(price);
		expect(submitsOf(simulated)).toEqual([expect.objectContaining({ body: request.text })]);
		expect(submitsOf(simulated)[0]?.path).toMatch(new RegExp(`${request.path}$`));
		expect(item?.binary?.data?.mimeType).toMatch(/^image\//);
	});

	test('edits reference images', async () => {
		const edit = { operation: 'imageToImage', imageUrls: references.join('\n') };
		const finished = await runGenerate(simulated, { parameters: { ...chosen, ...edit } });
		expect(finished.error('Generate')?.message).toBeUndefined();
		expect(finished.items('Generate')).toHaveLength(1);
		expect(submitsOf(simulated)[0]?.body).toEqual(changed(request.text, request.image(references)));
	});

	test.each(request.chosen)('with %j sends %j', async (parameters, change) => {
		const finished = await runGenerate(simulated, { parameters: { ...chosen, ...parameters } });
		expect(finished.error('Generate')?.message).toBeUndefined();
		expect(submitsOf(simulated)[0]?.body).toEqual(changed(request.text, change));
	});

	test('makes the requested size', async () => {
		const [parameters, made] = size;
		const finished = await runGenerate(simulated, { parameters: { ...chosen, ...parameters } });
		expect(finished.items('Generate')[0]?.json).toMatchObject({ ...made, warnings: [] });
	});

	test.each(leftOver)('refuses %j, which another model left behind, before anything is paid', async (parameters, said) => {
		const finished = await runGenerate(simulated, { parameters: { ...chosen, ...parameters } });
		expect(finished.error('Generate')?.message).toContain(said);
		expect(submitsOf(simulated)).toEqual([]);
	});

	test('takes its own number of reference images and not one more', async () => {
		const edit = (count: number) => ({ ...chosen, operation: 'imageToImage', imageUrls: manyReferences(count).join('\n') });
		const finished = await runGenerate(simulated, { parameters: edit(mostReferences) });
		expect(finished.error('Generate')?.message).toBeUndefined();
		const refused = await runGenerate(simulated, { parameters: edit(mostReferences + 1) });
		expect(refused.error('Generate')?.message).toContain(`takes at most ${mostReferences} reference images, but there are ${mostReferences + 1}`);
		expect(submitsOf(simulated)).toHaveLength(1);
	});

	test('is part of the task, so that Wait for Task knows it', async () => {
		const submitted = await runGenerate(simulated, { parameters: { ...chosen, completion: 'returnTask' } });
		const items = submitted.items('Generate').map(({ json }) => json);
		expect(items).toMatchObject([{ provider, model, status: 'submitted' }]);
		expect(items[0]?.estimatedCost).toEqual(price);
		const finished = await runWait(simulated, { items, parameters: { providers: [provider] } });
		expect(finished.error('Wait')?.message).toBeUndefined();
		expect(finished.items('Wait')[0]?.json).toMatchObject({ provider, model, status: 'succeeded' });
		expect(finished.items('Wait')[0]?.binary).toHaveProperty('data');
	});

	test('says its model and its price in a dry run', async () => {
		const finished = await runGenerate(simulated, { parameters: { ...chosen, options: { dryRun: true } } });
		const [item] = finished.items('Generate');
		expect(item?.json.estimatedCost).toEqual(price ?? null);
		if (price === undefined) expect(item?.json.warnings).toEqual(expect.arrayContaining([expect.stringContaining('does not publish the price of')]));
		expect(item?.json.request).toMatchObject({ body: request.text });
		expect(submitsOf(simulated)).toEqual([]);
	});
});

test.each(
	providers.map(({ id, displayName, models }) => [id, displayName, models.map(({ model }) => model.id)] as const).filter(([, , models]) => models.length > 1),
)('%s refuses a model that it does not have, and names those that it has', async (provider, displayName, models) => {
	const finished = await runGenerate(simulated, { parameters: { provider, model: 'seedream-9' } });
	expect(finished.error('Generate')?.message).toContain(`Model must be one of ${models.join(', ')} for ${displayName}, but is "seedream-9"`);
	expect(submitsOf(simulated)).toEqual([]);
});

test('one run makes images of several models, as its items say', async () => {
	const finished = await runGenerate(simulated, {
		items: [
			{ model: 'seedream-4.5', size: '4K' },
			{ model: 'seedream-5.0', size: '3K' },
			{ model: 'seedream-5.0', size: '2K' },
		],
		parameters: { provider: 'apixo', model: '={{ $json.model }}', resolution: '={{ $json.size }}' },
	});
	expect(finished.error('Generate')?.message).toBeUndefined();
	expect(finished.items('Generate').map(({ json }) => [json.model, json.width])).toEqual([
		['seedream-4.5', 4096],
		['seedream-5.0', 3072],
		['seedream-5.0', 2048],
	]);
});

test('a model that is left over from another provider is ignored if there is only one', async () => {
	const finished = await runGenerate(simulated, { parameters: { provider: 'pixelDojo', model: 'seedream-5.0' } });
	expect(finished.error('Generate')?.message).toBeUndefined();
	expect(finished.items('Generate')[0]?.json).toMatchObject({ provider: 'pixelDojo', model: 'seedream-4.5' });
});

test('a task is found by its id alone, whatever its model', async () => {
	const submitted = await runGenerate(simulated, { parameters: { provider: 'apixo', model: 'seedream-5.0', completion: 'returnTask' } });
	const taskId = submitted.items('Generate')[0]?.json.taskId;
	const finished = await runWait(simulated, { items: [{ taskId }] });
	expect(finished.error('Wait')?.message).toBeUndefined();
	expect(finished.items('Wait')[0]?.json).toMatchObject({ provider: 'apixo', model: 'seedream-5.0', status: 'succeeded' });
});
