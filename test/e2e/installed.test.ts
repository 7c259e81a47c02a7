/** What n8n makes of the installed package: its nodes, credentials and icons. */
import { providers } from '../../nodes/providers';
import { openSession } from './support/session';
import { credentialName } from './support/workflow';

const session = openSession();
const { client } = session;

interface Themed {
	light: string;
	dark: string;
}

/** The editor asks for the icons by these addresses; where there is no such file, n8n answers 404. */
async function expectSvg(icons: unknown): Promise<void> {
	expect(icons).toEqual({ light: expect.any(String), dark: expect.any(String) });
	const { light, dark } = icons as Themed;
	expect(light).not.toBe(dark);
	for (const location of [light, dark]) expect((await client.getFile(`/${location}`)).toString()).toContain('<svg');
}

describe('nodes', () => {
	test.each(['seedreamGenerate', 'seedreamAnyProvider', 'seedreamWaitForTask'])('%s is listed with both icons, and as an agent tool', async (name) => {
		const types = await client.getNodeTypes();
		const type = types.find((one) => one.name === `n8n-nodes-seedream.${name}`);
		expect(type?.displayName).toMatch(/^Seedream /);
		await expectSvg(type?.iconUrl);
		expect(types.map((one) => one.name)).toContain(`n8n-nodes-seedream.${name}Tool`);
	});
});

describe.each(providers.map(({ id, credentialType }) => ({ id, credentialType })))('credential of $id', ({ id, credentialType }) => {
	const savedAs = session.credentialIds[credentialName(id)] ?? '';

	test('is listed with both icons', async () => {
		const type = (await client.getCredentialTypes()).find((one) => one.name === credentialType);
		await expectSvg(type?.iconUrl);
	});

	test('passes its test with the right key', async () => {
		await expect(client.testCredential(savedAs)).resolves.toMatchObject({ status: 'OK' });
	});

	test('fails its test with a wrong key', async () => {
		await expect(client.testCredential(savedAs, { apiKey: 'wrong' })).resolves.toMatchObject({ status: 'Error' });
	});

	test('takes a base URL that ends in a slash', async () => {
		const { data } = await client.getCredential(savedAs);
		await expect(client.testCredential(savedAs, { baseUrl: `${String(data.baseUrl)}/` })).resolves.toMatchObject({ status: 'OK' });
	});
});
