import { asksFor, directives, numberOf, type Scenario } from './scenario';
import type { Task, World } from './world';

export type ImageFormat = 'png' | 'jpeg' | 'webp';

export function formatOf(task: Task): ImageFormat {
	if (asksFor(task.scenario, 'image', 'jpeg')) return 'jpeg';
	if (asksFor(task.scenario, 'image', 'webp')) return 'webp';
	return task.job.format ?? 'png';
}

/** How many images are returned. */
export function deliveredCount(scenario: Scenario, requested: number): number {
	return Math.max(1, requested - (numberOf(scenario, 'fewer') ?? 0));
}

/** The result URLs of a finished task, with whatever its directives do to them. */
export function urlsOf(world: World, task: Task): string[] {
	const { scenario } = task;
	if (asksFor(scenario, 'no-urls')) return [];
	const format = formatOf(task);
	const privateAddress = directives(scenario, 'image').find(({ value }) => /^private(:|$)/.test(value));
	const address = privateAddress?.value.split(':')[1] ?? '10.0.0.1';
	const origin = privateAddress === undefined ? world.origin : `http://${address}`;
	const count = deliveredCount(scenario, task.job.imagesRequested);
	const extension = format === 'jpeg' ? 'jpeg' : format;
	const urls = Array.from({ length: count }, (_, index) => `${origin}/images/${encodeURIComponent(task.id)}/${index + 1}.${extension}`);
	if (asksFor(scenario, 'image', 'duplicate')) urls.splice(1, 0, ...urls.slice(0, 1));
	if (asksFor(scenario, 'image', 'empty-url')) urls.splice(1, 0, '');
	return urls;
}
