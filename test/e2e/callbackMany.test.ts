/** Many tasks in one parked execution. */
import { parkNode, startWorkflow, submitNode } from './support/callbacks';
import { openSession } from './support/session';
import { assertSucceeded, itemsNodes, itemsOf, workflowOf } from './support/workflow';

const session = openSession();
const { client, simulator } = session;

/** The same ones on every run; spread over the time that fifty real tasks may take, so that the callbacks do too. */
function durations(): number[] {
	let state = 12345;
	return Array.from({ length: 50 }, () => {
		state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
		return 8 + (state / 2 ** 31) * 25;
	});
}

/** Gives the status requests per task after parking, and the downloads of all. */
async function runMany(name: string, seconds: readonly number[]): Promise<{ checks: number; downloads: number }> {
	const count = seconds.length;
	const items = seconds.map((duration, index) => ({ prompt: `${name}, number ${index} [[duration=${duration.toFixed(2)}]]` }));
	const workflow = workflowOf(name, [...itemsNodes(items), submitNode(session, 'apixo'), parkNode(session, ['apixo'])]);
	const id = await startWorkflow(session, workflow);
	const parked = await client.waitForExecution(id, { status: 'waiting', limitSeconds: 30 });
	const tasks = itemsOf(parked, 'Generate').map(({ json }) => json.taskId as string);
	expect(tasks).toHaveLength(count);
	const execution = await client.waitForExecution(id);
	assertSucceeded(execution);
	const images = itemsOf(execution, 'Wait');
	expect(images.map(({ json }) => [json.taskId, json.status])).toEqual(tasks.map((taskId) => [taskId, 'succeeded']));
	expect(images.map(({ pairedItem }) => pairedItem)).toEqual(tasks.map((_, item) => ({ item })));
	expect(new Set(images.map(({ binary }) => binary?.data?.id)).size).toBe(count);
	const checks = await Promise.all(tasks.map(async (taskId) => (await simulator.statusChecks(taskId)).length));
	const downloads = await Promise.all(tasks.map(async (taskId) => (await simulator.downloads(taskId)).length));
	// One of each is the check before parking.
	return { checks: checks.reduce((sum, one) => sum + one - 1, 0) / count, downloads: downloads.reduce((sum, one) => sum + one, 0) };
}

test('fifty in random order: all images in input order, with few status requests', async () => {
	const { checks } = await runMany('fifty', durations());
	process.stdout.write(`50 tasks in random order: ${checks.toFixed(2)} status requests per task after parking\n`);
	// Below 7 is the promise for the mean of many runs, which test/core/task/checkAll.test.ts holds. The order of the checks is drawn
	// by lot, so that a single run may be above it; checking every task at every callback would take 25.
	expect(checks).toBeLessThanOrEqual(10);
});

test('ten that end at the same moment: one callback resumes, the others change nothing', async () => {
	const { checks, downloads } = await runMany(
		'ten at once',
		Array.from({ length: 10 }, () => 6),
	);
	process.stdout.write(`10 tasks that end at once: ${checks.toFixed(2)} status requests per task after parking\n`);
	// The ten calls share their rounds of checks; alone, each would check all ten.
	expect(checks).toBeLessThanOrEqual(4);
	expect(downloads).toBe(10);
});
