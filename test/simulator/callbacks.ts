import axios from 'axios';

import type { JsonObject } from '../../nodes/core/json';
import { directives } from './scenario';
import type { Task, World } from './world';

const answerLimit = 30_000;
const firstRetrySeconds = 30;
/** How long a submit reply waits for a callback that is sent before it. */
const earlyLimit = 5_000;

function wishes(task: Task): { value: string; argument: string }[] {
	return directives(task.scenario, 'callback').map((directive) => {
		const [value = '', argument = ''] = directive.value.split(':');
		return { value, argument };
	});
}

function wants(task: Task, value: string): boolean {
	return wishes(task).some((wish) => wish.value === value);
}

function headersOf(task: Task, text: string, event: string, forged: boolean): Record<string, string> {
	const key = forged ? 'somebody else' : task.account.key;
	return {
		'Content-Type': text.startsWith('{') ? 'application/json' : 'text/plain',
		...task.provider.sign?.(text, { event, key, wishes: wishes(task).map(({ value }) => value) }),
	};
}

interface Message {
	text: string;
	event: string;
	forged?: boolean;
	note?: string;
}

async function post(world: World, task: Task, message: Message): Promise<number> {
	const url = task.job.callbackUrl ?? '';
	const headers = headersOf(task, message.text, message.event, message.forged === true);
	const entry = world.log({
		time: new Date().toISOString(),
		provider: task.provider.id,
		kind: 'callback',
		method: 'POST',
		path: url,
		headers,
		body: message.text.startsWith('{') ? (JSON.parse(message.text) as unknown) : message.text,
		status: 0,
		taskId: task.id,
		hasCredential: false,
		note: message.note,
	});
	try {
		const answer = await axios.post<string>(url, message.text, {
			headers,
			timeout: answerLimit,
			responseType: 'text',
			transformRequest: (data: string) => data,
			transformResponse: (data: string) => data,
			maxRedirects: 0,
			proxy: false,
			validateStatus: () => true,
		});
		entry.status = answer.status;
		entry.note = [message.note, String(answer.data).slice(0, 200)].filter(Boolean).join(' · answer: ');
	} catch (error) {
		entry.note = [message.note, axios.isAxiosError(error) ? error.code : String(error)].filter(Boolean).join(' · ');
	}
	return entry.status;
}

/** Posts until the answer satisfies the provider, as often as it retries. */
async function deliver(world: World, task: Task, message: Message): Promise<void> {
	const { provider } = task;
	for (let attempt = 1; attempt <= provider.callbackTries; attempt++) {
		const note = attempt === 1 ? message.note : `attempt ${attempt}`;
		const status = await post(world, task, { ...message, note });
		if (status > 0 && provider.isDelivered(status)) {
			task.callbackState = 'delivered';
			return;
		}
		if (attempt < provider.callbackTries) await world.wait(firstRetrySeconds * 2 ** (attempt - 1) * 1000 * world.timeFactor);
	}
	task.callbackState = 'failed';
}

function isWatched(task: Task): boolean {
	return task.job.callbackUrl !== undefined && task.provider.callback !== undefined && !wants(task, 'none');
}

function listensTo(task: Task, event: string): boolean {
	return task.job.callbackEvents?.includes(event) ?? event !== 'progress';
}

/** What the provider posts about a task, as if it were finished, whatever the status endpoint says. */
function bodyOf(world: World, task: Task, event: string): JsonObject {
	const state = event === 'failed' ? 'failed' : event === 'progress' ? 'processing' : 'succeeded';
	const view = { ...world.view(task), state, word: task.provider.words[state] } as const;
	return task.provider.callback?.(view, event) ?? {};
}

function finalMessage(world: World, task: Task): Message {
	const event = task.failure === undefined ? 'completed' : 'failed';
	return { text: JSON.stringify(bodyOf(world, task, event)), event };
}

async function sendFinal(world: World, task: Task): Promise<void> {
	const message = finalMessage(world, task);
	if (!listensTo(task, message.event)) return;
	const late = wishes(task).find(({ value }) => value === 'late');
	if (late !== undefined) await world.wait(Number(late.argument === '' ? 5 : late.argument) * 1000);
	if (wants(task, 'garbage')) {
		await post(world, task, { text: '%PDF <<< this is no callback', event: message.event, note: 'garbage' });
		return;
	}
	if (wants(task, 'wrong-task')) {
		const text = message.text.replaceAll(task.id, task.provider.newId(world.random));
		await post(world, task, { text, event: message.event, note: 'names another task' });
		return;
	}
	if (wants(task, 'at-once')) {
		await Promise.all([deliver(world, task, message), deliver(world, task, { ...message, note: 'at the same moment' })]);
		return;
	}
	await deliver(world, task, message);
	if (wants(task, 'twice')) await deliver(world, task, { ...message, note: 'the same again' });
}

/** A false success with an image from another host, while the task still runs. */
function forgedMessage(world: World, task: Task): Message {
	const view = { ...world.view(task), state: 'succeeded', word: task.provider.words.succeeded } as const;
	const forged = { ...view, urls: ['https://attacker.example/forged.png'] };
	const body = task.provider.callback?.(forged, 'completed') ?? {};
	return { text: JSON.stringify(body), event: 'completed', forged: true, note: 'forged' };
}

export const announce = {
	/** What is posted while the task runs. */
	start(world: World, task: Task): void {
		if (!isWatched(task) || task.completedAt !== undefined) return;
		const half = Math.min(10_000, (task.readyAt - task.createdAt) / 2);
		if (wants(task, 'forged')) world.later(half, () => void post(world, task, forgedMessage(world, task)));
		if (task.job.callbackEvents?.includes('progress') === true) {
			world.later(half, () => {
				const text = JSON.stringify(bodyOf(world, task, 'progress'));
				void post(world, task, { text, event: 'progress' });
			});
		}
	},
	/** What is posted when it is final. */
	finish(world: World, task: Task): void {
		if (isWatched(task) && !wants(task, 'early')) void sendFinal(world, task);
	},
};

/** `[[callback=early]]`: the task is ready at once, and its callback arrives before the reply to the submit. */
export async function sendEarly(world: World, task: Task): Promise<void> {
	if (!isWatched(task) || !wants(task, 'early')) return;
	await Promise.race([post(world, task, { ...finalMessage(world, task), note: 'early' }), world.wait(earlyLimit)]);
}
