import { encodePng } from './support/smallPng';
import { runGenerate, useSimulated } from './support/simulated';

const simulated = useSimulated();

const png = (red: number) => ({ base64: encodePng(64, 64, red).toString('base64'), fileName: 'photo.png', mimeType: 'image/png' });
const parameters = { operation: 'imageToImage', imageSource: 'binary', prompt: 'make image 1 a watercolour' };
const ofKind = (kind: string) => simulated.simulator.requests.filter((one) => one.kind === kind);

test.each(['pixwith', 'apiframe'])('%s: a file is uploaded and its URL sent', async (provider) => {
	const items = [{ files: { data: png(1) } }];
	const finished = await runGenerate(simulated, { items, parameters: { ...parameters, provider, prompt: `${parameters.prompt} [[check-references]]` } });
	expect(finished.error('Generate')?.message).toBeUndefined();
	expect(finished.items('Generate')).toHaveLength(1);
	expect(ofKind('upload').length).toBeGreaterThan(0);
	expect(ofKind('submit')).toHaveLength(1);
});

test('files and URLs keep the order they are named in', async () => {
	const items = [{ files: { data: png(1), photo: png(2) } }];
	const finished = await runGenerate(simulated, {
		items,
		parameters: { ...parameters, provider: 'apiframe', inputDataFieldNames: 'photo, https://example.com/a.png, data' },
	});
	expect(finished.error('Generate')?.message).toBeUndefined();
	const [submit] = ofKind('submit');
	const sent = (submit?.body as { seedreamParams: { image_input: string[] } }).seedreamParams.image_input;
	const bytesAt = async (url = ''): Promise<string> => Buffer.from(await (await fetch(url)).arrayBuffer()).toString('base64');
	expect(sent).toHaveLength(3);
	expect(sent[1]).toBe('https://example.com/a.png');
	expect([await bytesAt(sent[0]), await bytesAt(sent[2])]).toEqual([png(2).base64, png(1).base64]);
});

test('the same file of many items is uploaded once', async () => {
	const items = Array.from({ length: 5 }, () => ({ files: { data: png(3) } }));
	const finished = await runGenerate(simulated, { items, parameters: { ...parameters, provider: 'apiframe' } });
	expect(finished.items('Generate')).toHaveLength(5);
	expect(ofKind('upload')).toHaveLength(1);
	expect(ofKind('submit')).toHaveLength(5);
});

test("a provider that fetches by URL gets n8n's signed one", async () => {
	const finished = await runGenerate(simulated, { items: [{ files: { data: png(4) } }], parameters: { ...parameters, provider: 'apixo' } });
	expect(finished.error('Generate')?.message).toBeUndefined();
	const [submit] = ofKind('submit');
	const [url] = (submit?.body as { input: { image_urls: string[] } }).input.image_urls;
	expect(url).toMatch(/\/binary-data\/signed\?token=/);
});
