import { NodeHelpers, type INode, type INodeParameters, type INodeProperties, type INodeTypeDescription } from 'n8n-workflow';

import { SeedreamAnyProvider } from '../../nodes/SeedreamAnyProvider/SeedreamAnyProvider.node';
import { SeedreamGenerate } from '../../nodes/SeedreamGenerate/SeedreamGenerate.node';
import { SeedreamWaitForTask } from '../../nodes/SeedreamWaitForTask/SeedreamWaitForTask.node';
import { providers, type ProviderId } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';

type Table = ReadonlyArray<readonly [name: string, initial: unknown]>;

const generate = new SeedreamGenerate().description;
const anyProvider = new SeedreamAnyProvider().description;
const waitForTask = new SeedreamWaitForTask().description;

/** The tables of the public interface: names are promises to saved workflows. */
const beforeFields: Table = [
	['provider', 'apixo'],
	['credentials', ''],
	['operation', 'textToImage'],
	['prompt', ''],
	['imageSource', 'url'],
	['imageUrls', ''],
	['inputDataFieldNames', 'data'],
	['imageFieldName', ''],
];
const behindFields: Table = [
	['completion', 'waitForImages'],
	['callback', 'none'],
	['callbackUrl', ''],
	['options', {}],
];
const waitParameters: Table = [
	['providers', ['apixo']],
	['credentials', ''],
	['taskId', '={{ $json.taskId ?? $json.details?.taskId }}'],
	['waitMode', 'poll'],
	['timeout', 600],
	['options', {}],
];
const fieldsOf = (id: ProviderId): Table => contractOf(id).parameters.filter(([name]) => name !== 'imageFieldName');
const modelChoice = (id: ProviderId): Table => (contractOf(id).otherModels === undefined ? [] : [['model', 'seedream-4.5']]);
const allFieldsOf = (id: ProviderId): Table => [
	...modelChoice(id),
	...fieldsOf(id),
	...Object.values(contractOf(id).otherModels ?? {}).flatMap(({ parameters }) => parameters),
];
const sharedOptions: Record<string, unknown> = {
	downloadImages: true,
	outputBinaryField: 'data',
	outputMode: 'itemPerImage',
	fileName: '',
	pollInterval: 0,
	concurrency: 20,
	maxFileSize: 50,
	includeInputFields: false,
	statusPath: '',
	resultPath: '',
};
const generateOptions: Record<string, unknown> = {
	...sharedOptions,
	checkBalance: false,
	modelId: 'seedream-4',
	timeout: 600,
	maxTasksInFlight: 0,
	dryRun: false,
	spendingLimit: 0,
	allowUnknownCost: false,
	submitAgainIfUnknown: false,
	allowPrivateCallbackUrl: false,
	stylePreset: 'none',
	additionalFields: '{}',
};
const waitOptions: Record<string, unknown> = { ...sharedOptions, taskProvider: '={{ $json.provider }}' };
const isForTools = ({ displayOptions }: INodeProperties): boolean => displayOptions?.show?.['@tool'] !== undefined;
const parametersOf = ({ properties }: INodeTypeDescription): INodeProperties[] => properties.filter((one) => one.type !== 'notice' && !isForTools(one));
const entries = (properties: readonly INodeProperties[]): Table => properties.map(({ name, default: initial }) => [name, initial]);

function optionsOf(description: INodeTypeDescription): INodeProperties[] {
	return (description.properties.find(({ name }) => name === 'options')?.options ?? []) as INodeProperties[];
}

describe('Seedream Generate', () => {
	test('has the promised parameters in the promised order, with the promised defaults', () => {
		const properties = parametersOf(generate);
		const expected = [...beforeFields, ...providers.flatMap(({ id }) => allFieldsOf(id)), ...behindFields];
		expect(entries(properties)).toEqual(expected);
	});

	test('is named as saved workflows name it', () => {
		expect(generate).toMatchObject({ name: 'seedreamGenerate', displayName: 'Seedream Generate', version: 1, usableAsTool: true });
	});
});

describe('Seedream Any Provider', () => {
	test('has the promised parameters in the promised order, with the promised defaults', () => {
		const [providerField, ...others] = beforeFields;
		expect(providerField?.[0]).toBe('provider');
		const job = others.filter(([name]) => name !== 'imageFieldName');
		const image: Table = [
			['resolution', '2K'],
			['aspectRatio', '1:1'],
			['imageCount', 1],
		];
		const [options, ...completion] = [...behindFields].reverse();
		expect(entries(parametersOf(anyProvider))).toEqual([['providers', ['apixo', 'pixwith']], ...job, ...completion.reverse(), ...image, options]);
	});

	test('is named as saved workflows name it', () => {
		expect(anyProvider).toMatchObject({ name: 'seedreamAnyProvider', displayName: 'Seedream Any Provider', version: 1, usableAsTool: true });
	});

	test('has the options of Generate without what belongs to one provider', () => {
		const ofOne = ['additionalFields', 'statusPath', 'resultPath', 'modelId', 'allowUnknownCost', 'checkBalance', 'spendingLimit'];
		const expected = [
			...optionsOf(generate)
				.map(({ name }) => name)
				.filter((name) => !ofOne.includes(name)),
			'maxImages',
		];
		expect(
			optionsOf(anyProvider)
				.map(({ name }) => name)
				.sort(),
		).toEqual(expected.sort());
	});

	test('shows Callback if one of the chosen providers sends callbacks', () => {
		const shown = (chosen: string[]) => displayed(anyProvider, { providers: chosen, completion: 'returnTask' }).map(({ name }) => name);
		expect(shown(['pixwith'])).not.toContain('callback');
		expect(shown(['pixwith', 'apixo'])).toContain('callback');
	});

	test.each([[['apixo']], [['pixwith', 'apixo']]])('with %j asks for just their credentials', (chosen) => {
		const node = nodeOf(anyProvider, { providers: chosen });
		const wanted = (anyProvider.credentials ?? []).filter((credential) => NodeHelpers.displayParameter(node.parameters, credential, node, anyProvider));
		expect(wanted.map(({ name }) => name).sort()).toEqual(
			providers
				.filter(({ id }) => chosen.includes(id))
				.map(({ credentialType }) => credentialType)
				.sort(),
		);
	});
});

describe('Seedream Wait for Task', () => {
	test('has the promised parameters in the promised order, with the promised defaults', () => {
		const properties = parametersOf(waitForTask);
		expect(entries(properties)).toEqual(waitParameters);
	});

	test('is named as saved workflows name it', () => {
		expect(waitForTask).toMatchObject({ name: 'seedreamWaitForTask', displayName: 'Seedream Wait for Task', version: 1, usableAsTool: true });
	});
});

describe.each<[string, INodeTypeDescription, Record<string, unknown>]>([
	['Seedream Generate', generate, generateOptions],
	['Seedream Wait for Task', waitForTask, waitOptions],
])('the options of %s', (_, description, promised) => {
	const options = optionsOf(description);

	test('are the promised ones with the promised defaults', () => {
		expect(Object.fromEntries(entries(options))).toEqual(promised);
		expect(options).toHaveLength(Object.keys(promised).length);
	});
});

/** A node as the editor keeps it, with these parameters chosen. */
function nodeOf(description: INodeTypeDescription, parameters: INodeParameters): INode {
	const resolved = NodeHelpers.getNodeParameters(description.properties, parameters, true, false, { typeVersion: 1 }, description);
	return { id: '1', name: 'Node', type: `n8n-nodes-seedream.${description.name}`, typeVersion: 1, position: [0, 0], parameters: resolved ?? {} };
}

function displayed(description: INodeTypeDescription, parameters: INodeParameters): INodeProperties[] {
	const node = nodeOf(description, parameters);
	return description.properties.filter((property) => NodeHelpers.displayParameter(node.parameters, property, node, description));
}

const choices = providers.flatMap((provider) => ['textToImage', 'imageToImage'].map((operation) => ({ provider, operation })));

describe.each(choices)('Generate with $provider.id and $operation', ({ provider, operation }) => {
	const chosen = { provider: provider.id, operation };
	const withImages = operation === 'imageToImage';
	const { parameters, imageParameters } = contractOf(provider.id);

	test('shows exactly the fields of this provider', () => {
		const shown = displayed(generate, chosen);
		const panel = shown.filter(({ displayOptions }) => displayOptions?.show?.provider?.length === 1 && displayOptions.show.provider[0] === provider.id);
		const promised = [...modelChoice(provider.id), ...parameters]
			.map(([name]) => name)
			.filter((name) => !['width', 'height', ...(withImages ? [] : ['imageFieldName'])].includes(name));
		const fields = panel.map(({ name }) => name);
		expect(fields).toEqual(promised);
		const foreign = shown.filter(({ displayOptions }) => displayOptions?.show?.provider !== undefined && !displayOptions.show.provider.includes(provider.id));
		expect(foreign).toEqual([]);
	});

	test('shows width and height only for a custom size', () => {
		const custom = displayed(generate, { ...chosen, sizing: 'custom', imageSize: 'custom' }).map(({ name }) => name);
		const hasSize = parameters.some(([name]) => name === 'width');
		expect(custom.includes('width')).toBe(hasSize);
		expect(custom.includes('height')).toBe(hasSize);
		if (hasSize) expect(custom).not.toContain('aspectRatio');
	});

	test('asks for images only in Image to Image', () => {
		const names = displayed(generate, chosen).map(({ name }) => name);
		expect(names.includes('imageUrls')).toBe(withImages);
		expect(names.includes('imageFieldName')).toBe(withImages && imageParameters !== undefined);
		expect(names).not.toContain('callbackUrl');
	});

	test('shows each name once', () => {
		const names = displayed(generate, chosen).map(({ name }) => name);
		expect(new Set(names).size).toBe(names.length);
	});

	test('has no issue once prompt and images are given, and names missing ones before', () => {
		const given = { ...chosen, prompt: 'a fox', imageUrls: 'https://example.com/1.jpg', imageFieldName: 'image_urls' };
		const node = nodeOf(generate, given);
		expect(NodeHelpers.getNodeParametersIssues(generate.properties, node, generate)).toBeNull();
		const empty = NodeHelpers.getNodeParametersIssues(generate.properties, nodeOf(generate, chosen), generate);
		expect(Object.keys(empty?.parameters ?? {}).sort()).toEqual([
			...(withImages && imageParameters !== undefined ? ['imageFieldName'] : []),
			...(withImages ? ['imageUrls'] : []),
			'prompt',
		]);
	});

	test('asks for the credential of this provider alone', () => {
		const node = nodeOf(generate, chosen);
		const wanted = (generate.credentials ?? []).filter((credential) => NodeHelpers.displayParameter(node.parameters, credential, node, generate));
		expect(wanted.map(({ name }) => name)).toEqual([provider.credentialType]);
	});

	test('keeps what was typed for another provider', () => {
		const typed = { ...chosen, prompt: 'a fox', aspectRatio: '16:9' };
		for (const other of providers) {
			expect(nodeOf(generate, { ...nodeOf(generate, typed).parameters, provider: other.id }).parameters).toMatchObject({
				prompt: 'a fox',
				aspectRatio: '16:9',
			});
		}
	});
});

const otherPairs = providers.flatMap(({ id }) => Object.entries(contractOf(id).otherModels ?? {}).map(([model, promised]) => ({ id, model, promised })));

describe.each(otherPairs)('Generate with $id and $model', ({ id, model, promised }) => {
	const chosen = { provider: id, model };
	const isField = ({ displayOptions }: INodeProperties): boolean => displayOptions?.show?.model !== undefined;
	const seen = (parameters: INodeParameters): string[] =>
		displayed(generate, parameters)
			.filter(isField)
			.filter(({ type }) => type !== 'hidden')
			.map(({ name }) => name);

	test('shows exactly the fields of this model', () => {
		const names = promised.parameters.map(([name]) => name).filter((name) => name !== promised.hidden);
		expect(seen(chosen)).toEqual(names.filter((name) => name !== 'width' && name !== 'height'));
		if (names.includes('width')) expect(seen({ ...chosen, sizing: 'custom' })).toEqual(names.filter((name) => name !== 'resolution' && name !== 'aspectRatio'));
	});

	test('keeps what was typed for Seedream 4.5, and has no issue', () => {
		const typed = { ...chosen, prompt: 'a fox', resolution: '4K', aspectRatio: '16:9' };
		expect(nodeOf(generate, typed).parameters).toMatchObject(typed);
		expect(NodeHelpers.getNodeParametersIssues(generate.properties, nodeOf(generate, typed), generate)).toBeNull();
	});
});

test('with the model as an expression, no value of this provider is lost and no field of another is shown', () => {
	const typed = { provider: 'apixo', model: '={{ $json.model }}', resolution: '3K', aspectRatio: '16:9', imageCount: 3, outputFormat: 'png', webSearch: true };
	expect(nodeOf(generate, typed).parameters).toMatchObject(typed);
	const foreign = displayed(generate, typed).filter(({ displayOptions }) => displayOptions?.show?.provider?.includes('apixo') === false);
	expect(foreign).toEqual([]);
});

describe('as a tool of an AI Agent', () => {
	/** n8n makes the tool's description from the node's. */
	const asTool = (description: INodeTypeDescription): INodeTypeDescription => ({ ...description, name: `${description.name}Tool` });
	const shown = (description: INodeTypeDescription, parameters: INodeParameters = {}): string[] =>
		displayed(asTool(description), parameters)
			.filter(({ type }) => type !== 'hidden')
			.map(({ name }) => name);
	const shownOptions = (description: INodeTypeDescription): string[] => {
		const tool = asTool(description);
		const node = nodeOf(tool, {});
		return optionsOf(tool)
			.filter((option) => NodeHelpers.displayParameter({}, option, node, tool, node.parameters))
			.map(({ name }) => name);
	};
	// Without a use for files or callbacks, and those of other providers than the usual one.
	const pointless = [
		'downloadImages',
		'fileName',
		'includeInputFields',
		'maxFileSize',
		'outputBinaryField',
		'allowPrivateCallbackUrl',
		'modelId',
		'resultPath',
		'statusPath',
	];

	test('Generate shows Description first, and no fields about returning tasks or files', () => {
		expect(shown(generate, { completion: 'returnTask' })).toEqual([
			'toolDescription',
			'provider',
			'credentials',
			'operation',
			'prompt',
			'model',
			'sizing',
			'resolution',
			'aspectRatio',
			'imageCount',
			'sequentialImages',
			'promptOptimization',
			'options',
		]);
		expect(shown(generate, { operation: 'imageToImage' })).toEqual(expect.arrayContaining(['imageUrls']));
		expect(shown(generate, { operation: 'imageToImage' })).not.toContain('imageSource');
		expect(shownOptions(generate)).toEqual(
			optionsOf(generate)
				.map(({ name }) => name)
				.filter((name) => !pointless.includes(name)),
		);
	});

	test('Wait for Task shows no Wait Mode', () => {
		expect(shown(waitForTask, { waitMode: 'callback' })).toEqual(['toolDescription', 'providers', 'credentials', 'taskId', 'timeout', 'options']);
		expect(shownOptions(waitForTask)).toEqual(
			optionsOf(waitForTask)
				.map(({ name }) => name)
				.filter((name) => !pointless.includes(name)),
		);
	});

	test('the model writes the prompt and names the task, unless the user does', () => {
		expect(nodeOf(asTool(generate), {}).parameters.prompt).toMatch(/\$fromAI\('Prompt', `[^`]+`, 'string'\)/);
		expect(nodeOf(asTool(waitForTask), {}).parameters.taskId).toMatch(/\$fromAI\('Task_ID', `[^`]+`, 'string'\)/);
		expect(nodeOf(asTool(generate), { prompt: 'a fox' }).parameters.prompt).toBe('a fox');
	});

	test('an ordinary node shows none of the tool fields', () => {
		for (const description of [generate, waitForTask]) {
			expect(nodeOf(description, {}).parameters).not.toHaveProperty('toolDescription');
			expect(JSON.stringify(nodeOf(description, {}).parameters)).not.toContain('$fromAI');
		}
	});
});

test('Callback is shown exactly for the providers with callbacks', () => {
	const shown = (id: string) => displayed(generate, { provider: id, completion: 'returnTask', callback: 'url' }).map(({ name }) => name);
	for (const { id, submit } of providers) {
		const callback = submit.callbackField !== undefined;
		const seen = shown(id);
		expect({ id, callback: seen.includes('callback'), callbackUrl: seen.includes('callbackUrl') }).toEqual({ id, callback, callbackUrl: callback });
	}
});

test.each([[['apixo']], [['apixo', 'pixwith']], [providers.map(({ id }) => id)]])('Wait for Task with %j asks for just their credentials', (chosen) => {
	const node = nodeOf(waitForTask, { providers: chosen });
	const wanted = (waitForTask.credentials ?? []).filter((credential) => NodeHelpers.displayParameter(node.parameters, credential, node, waitForTask));
	const types = providers.filter(({ id }) => chosen.includes(id)).map(({ credentialType }) => credentialType);
	expect(wanted.map(({ name }) => name).sort()).toEqual([...types].sort());
	expect(NodeHelpers.getNodeParametersIssues(waitForTask.properties, node, waitForTask)).toBeNull();
});
