/** What stands below a node on the canvas, evaluated as the editor does. */
import { Workflow, type INode, type INodeParameters, type INodeType, type INodeTypes } from 'n8n-workflow';

import { SeedreamAnyProvider } from '../../nodes/SeedreamAnyProvider/SeedreamAnyProvider.node';
import { SeedreamGenerate } from '../../nodes/SeedreamGenerate/SeedreamGenerate.node';
import { SeedreamGenerateTrigger } from '../../nodes/SeedreamGenerateTrigger/SeedreamGenerateTrigger.node';
import { SeedreamWaitForTask } from '../../nodes/SeedreamWaitForTask/SeedreamWaitForTask.node';

async function subtitleOf(nodeType: INodeType, parameters: INodeParameters): Promise<unknown> {
	const node: INode = { id: '1', name: 'Node', type: 'node', typeVersion: 1, position: [0, 0], parameters };
	const nodeTypes = { getByName: () => nodeType, getByNameAndVersion: () => nodeType, getKnownTypes: () => ({}) } as INodeTypes;
	// It adds the defaults of what is shown and leaves out the rest, as the editor does.
	const { nodes, expression } = new Workflow({ id: '1', nodes: [node], connections: {}, active: false, nodeTypes });
	await expression.acquireIsolate();
	try {
		return expression.getSimpleParameterValue(nodes.Node ?? node, nodeType.description.subtitle, 'internal', {});
	} finally {
		await expression.releaseIsolate();
	}
}

const references = { operation: 'imageToImage', imageUrls: 'https://example.com/cup.png' };
const preset = { resolution: '4K', aspectRatio: '16:9' };
const custom = { sizing: 'custom', width: 3000, height: 2000 };

test.each<[INodeParameters, string]>([
	[{}, 'APIXO · 2K 1:1'],
	[preset, 'APIXO · 4K 16:9'],
	[{ ...preset, imageCount: 2 }, 'APIXO · 4K 16:9 × 2'],
	[{ ...preset, imageCount: 1 }, 'APIXO · 4K 16:9'],
	[{ ...preset, ...references, imageCount: 10 }, 'Image to Image · APIXO · 4K 16:9 × 10'],
	[custom, 'APIXO · 3000×2000'],
	[{ ...custom, ...preset, imageCount: 3 }, 'APIXO · 3000×2000 × 3'],
	[{ provider: 'apiInOne' }, 'API in One · 2K 1:1'],
	[{ provider: 'apiInOne', quality: 'high', aspectRatio: '21:9' }, 'API in One · 4K 21:9'],
	// What was typed for another provider says nothing here.
	[{ provider: 'apiInOne', ...references, ...custom, resolution: '4K', imageCount: 4 }, 'Image to Image · API in One · 2K 1:1'],
	[{ provider: 'apiframe' }, 'Apiframe · 2K 1:1'],
	[{ provider: 'apiframe', ...preset }, 'Apiframe · 4K 16:9'],
	[{ provider: 'apiframe', ...references, aspectRatio: 'match_input_image' }, 'Image to Image · Apiframe · 2K match input image'],
	[{ provider: 'apiframe', ...custom, imageCount: 4 }, 'Apiframe · 3000×2000'],
	[{ provider: 'pixelDojo' }, 'PixelDojo · auto 2K'],
	[{ provider: 'pixelDojo', imageSize: 'auto_4K', aspectRatio: '3:2', imageCount: 6 }, 'PixelDojo · auto 4K 3:2 × 6'],
	[{ provider: 'pixelDojo', imageSize: 'square_hd' }, 'PixelDojo · square hd'],
	[{ provider: 'pixelDojo', imageSize: 'square' }, 'PixelDojo · square'],
	[{ provider: 'pixelDojo', imageSize: 'landscape_16_9' }, 'PixelDojo · landscape 16:9'],
	[{ provider: 'pixelDojo', imageSize: 'landscape_4_3' }, 'PixelDojo · landscape 4:3'],
	[{ provider: 'pixelDojo', imageSize: 'portrait_16_9', ...references }, 'Image to Image · PixelDojo · portrait 16:9'],
	[{ provider: 'pixelDojo', imageSize: 'portrait_4_3' }, 'PixelDojo · portrait 4:3'],
	[{ provider: 'pixelDojo', imageSize: 'custom', width: 3000, height: 2000, imageCount: 2 }, 'PixelDojo · 3000×2000 × 2'],
	[{ provider: 'pixwith' }, 'PixWith · 2K 1:1'],
	[{ provider: 'pixwith', model: 'seedream-4.0', resolution: '1K' }, 'PixWith · Seedream 4.0 · 1K 1:1'],
	[{ model: 'seedream-5.0', resolution: '3K' }, 'APIXO · Seedream 5.0 · 3K 1:1'],
	[{ provider: 'pixelDojo', model: 'seedream-5.0' }, 'PixelDojo · auto 2K'],
	[{ model: '={{ $json.model }}' }, 'APIXO · 2K 1:1'],
	[{ provider: 'pixwith', ...preset, ...references, imageCount: 4 }, 'Image to Image · PixWith · 4K 16:9 × 4'],
	[{ ...preset, imageCount: 2, options: { dryRun: true } }, 'APIXO · 4K 16:9 × 2'],
	[{ completion: 'returnTask' }, 'Return Task · APIXO · 2K 1:1'],
	[{ ...references, imageCount: 2, completion: 'returnTask' }, 'Image to Image · Return Task · APIXO · 2K 1:1 × 2'],
	// An expression has no value on the canvas.
	[{ resolution: '={{ $json.resolution }}', aspectRatio: '9:16', imageCount: 2 }, 'APIXO · 9:16 × 2'],
	[{ resolution: '4K', aspectRatio: '={{ $json.ratio }}', imageCount: '={{ $json.count }}' }, 'APIXO · 4K'],
	[{ resolution: '={{ $json.resolution }}', aspectRatio: '={{ $json.ratio }}', imageCount: 2 }, 'APIXO × 2'],
	[{ sizing: 'custom', width: '={{ $json.width }}', height: '={{ $json.height }}' }, 'APIXO'],
])('Generate with %j says "%s"', async (parameters, said) => {
	await expect(subtitleOf(new SeedreamGenerate(), parameters)).resolves.toBe(said);
});

test.each<[INodeParameters, string]>([
	[{}, 'APIXO → PixWith'],
	[{ providers: ['pixwith', 'apixo', 'apiInOne'], imageCount: 2 }, 'PixWith → APIXO → API in One × 2'],
	[{ ...references, completion: 'returnTask', providers: ['apiframe'] }, 'Image to Image · Return Task · Apiframe'],
	[{ providers: [] }, ''],
])('Any Provider with %j says "%s"', async (parameters, said) => {
	await expect(subtitleOf(new SeedreamAnyProvider(), parameters)).resolves.toBe(said);
});

test.each<[INodeParameters, string]>([
	[{}, 'Poll · up to 600 s'],
	[{ waitMode: 'callback', timeout: 3600 }, 'On callback · up to 3600 s'],
	[{ waitMode: 'callback', timeout: '={{ $json.seconds }}' }, 'On callback'],
])('Wait for Task with %j says "%s"', async (parameters, said) => {
	await expect(subtitleOf(new SeedreamWaitForTask(), parameters)).resolves.toBe(said);
});

test.each<[INodeParameters, string]>([
	[{}, 'APIXO'],
	[{ providers: ['apiInOne', 'apiframe', 'apixo', 'pixelDojo'] }, 'API in One, Apiframe, APIXO, PixelDojo'],
	[{ providers: [] }, ''],
])('Trigger with %j says "%s"', async (parameters, said) => {
	await expect(subtitleOf(new SeedreamGenerateTrigger(), parameters)).resolves.toBe(said);
});
