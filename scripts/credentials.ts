import { createRequire } from 'node:module';

import type { ICredentialTestRequest, ICredentialType } from 'n8n-workflow';

import { type ProviderId, providers } from '../nodes/providers';
import manifest from '../package.json';

type CredentialType = ICredentialType & { test: ICredentialTestRequest };

const load = createRequire(__filename);

/** The classes that package.json lists, read from their sources. */
const types = manifest.n8n.credentials.flatMap((path) => {
	const source = `../${path.replace(/^dist\//, '').replace(/\.js$/, '')}`;
	return Object.values(load(source) as Record<string, new () => CredentialType>).map((Type) => new Type());
});

function typeOf(name: string): CredentialType {
	const found = types.find((type) => type.name === name);
	if (found === undefined) throw new Error(`package.json lists no credential of the name ${name}.`);
	return found;
}

/** Each provider's credential type, for what runs without n8n's own loader: the probe and the tests. */
export const credentials = Object.fromEntries(providers.map(({ id, credentialType }) => [id, typeOf(credentialType)])) as Readonly<
	Record<ProviderId, CredentialType>
>;
