/** Every line that a provider needs outside its own folders. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

import type { INodeProperties, INodePropertyOptions, INodeType } from 'n8n-workflow';

import type { Provider } from '../../nodes/core/provider/provider';
import { providerIds, providers } from '../../nodes/providers';
import { credentials, isFile, manifest, nodes, root } from '../support/packageClasses';

/** The node's parameter that lists providers: Generate has one of them, the others several. */
const providerParameter = (node: INodeType): INodeProperties | undefined =>
	node.description.properties.find(({ name }) => name === 'provider' || name === 'providers');

/** Every line that a provider needs outside its own two files, and is not there. */
function missingLines({ id, credentialType, displayName, submit }: Provider): string[] {
	const missing: string[] = [];
	const need = (isThere: boolean, line: string): void => {
		if (!isThere) missing.push(line);
	};
	need(isFile('nodes', 'providers', id, 'definition.ts'), `nodes/providers/${id}/definition.ts`);
	need(isFile('nodes', 'providers', id, 'adapter.ts'), `nodes/providers/${id}/adapter.ts`);
	need(isFile('nodes', 'providers', id, 'index.ts'), `nodes/providers/${id}/index.ts`);
	need(isFile('test', 'providers', id, `${id}.test.ts`), `test/providers/${id}/${id}.test.ts`);
	need(
		isFile('test', 'providers', id, 'fixtures', 'submitted.json'),
		`test/providers/${id}/fixtures/submitted.json: the reply to a submit (beside it the others)`,
	);
	need((providerIds as readonly string[]).includes(id), `nodes/providers/index.ts: '${id}' in providerIds`);

	const credential = [...credentials].find(([, { name }]) => name === credentialType);
	need(credential !== undefined, `package.json: n8n.credentials has no class whose name is '${credentialType}' (and credentials/ holds its file)`);
	need(credential === undefined || credential[1].displayName === `${displayName} API`, `credentials: displayName '${displayName} API'`);
	need(credential === undefined || credential[1].test !== undefined, `credentials: a test of ${credentialType}`);

	need(isFile('docs', 'providers', `${id}.md`), `docs/providers/${id}.md`);
	need(isFile('test', 'providers', id, 'contract.ts'), `test/providers/${id}/contract.ts`);
	need(isFile('test', 'providers', id, 'simulated.ts'), `test/providers/${id}/simulated.ts`);

	for (const [path, node] of nodes) {
		const { name, credentials: wanted = [] } = node.description;
		// Only the providers that call back can start a workflow.
		if (name === 'seedreamGenerateTrigger' && submit.callbackField === undefined) continue;
		const parameter = providerParameter(node);
		if (parameter === undefined) {
			missing.push(`${path}: a parameter 'provider' or 'providers'`);
			continue;
		}
		// Without the slash n8n's editor takes the parameter for a login method and hides it.
		const show = { [`/${parameter.name}`]: [id] };
		const line = `{ name: '${credentialType}', required: true, displayOptions: { show: ${JSON.stringify(show)} } }`;
		const found = wanted.filter((entry) => entry.name === credentialType);
		need(found.length === 1, `${name}: exactly one ${line} in credentials, but there are ${found.length}`);
		need(JSON.stringify(found[0]?.displayOptions) === JSON.stringify({ show }), `${name}: displayOptions of ${line} in credentials`);
		need(found[0]?.required === true, `${name}: required of ${line} in credentials`);
		const option = (parameter.options as INodePropertyOptions[]).find(({ value }) => value === id);
		need(option?.name === displayName, `${name}: { name: '${displayName}', value: '${id}' } in the options of ${parameter.name}`);
	}
	return missing;
}

test('every folder of nodes/providers is registered, in the order of the panel', () => {
	const folders = readdirSync(join(root, 'nodes', 'providers'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
	const registered = providers.map(({ id }) => id);
	expect([...registered].sort()).toEqual(folders.map(({ name }) => name).sort());
	expect([...registered].sort()).toEqual([...providerIds].sort());
});

test('every node and credential of package.json has its source', () => {
	expect([...nodes.keys()]).toEqual(manifest.n8n.nodes);
	expect([...credentials.keys()]).toEqual(manifest.n8n.credentials);
	expect(credentials.size).toBe(providers.length);
});

test.each(providers.map((provider) => [provider.id, provider] as const))('%s has every line that a provider needs', (_, provider) => {
	expect(missingLines(provider)).toEqual([]);
});
