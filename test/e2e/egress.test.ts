/** n8n's own protection against internal addresses, switched on as an operator does, with the simulator's address allowed. */
import { openAnotherInstance, type AnotherInstance } from './support/anotherInstance';
import { openSession } from './support/session';
import { assertSucceeded, errorOf, generateNode, itemsOf, runChain } from './support/workflow';

const shared = openSession();
const { simulator } = shared;
let guarded: AnotherInstance;

beforeAll(async () => {
	guarded = await openAnotherInstance(shared, { N8N_SSRF_PROTECTION_ENABLED: 'true', N8N_SSRF_ALLOWED_IP_RANGES: '127.0.0.1/32' });
}, 200_000);

afterAll(async () => {
	await guarded.stop();
});

test('an allowed provider works as usual', async () => {
	const execution = await runChain(guarded.session, [{}], generateNode(guarded.session, 'apixo', { prompt: 'a guarded fox' }));
	assertSucceeded(execution);
	expect(itemsOf(execution, 'Generate')[0]?.binary?.data?.mimeType).toBe('image/png');
});

test('a result at an address that is not allowed is not fetched, and says who can allow it', async () => {
	const prompt = 'a fox behind the fence [[image=private:127.0.0.2]]';
	const execution = await runChain(guarded.session, [{}], generateNode(guarded.session, 'apixo', { prompt }));
	const [task] = await simulator.tasks('a fox behind the fence');
	expect(errorOf(execution)).toContain('APIXO generated the image, but it could not be downloaded: this n8n forbids requests to that address');
	expect(errorOf(execution)).toContain(`Task ${task?.id}`);
});
