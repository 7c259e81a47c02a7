import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

import { type INode } from 'n8n-workflow';

import { type WorkflowToCreate } from './restClient';
import { rootFolder } from './runtime';

const folder = path.join(rootFolder, 'examples');

export const exampleFiles: readonly string[] = readdirSync(folder)
	.filter((file) => file.endsWith('.json'))
	.sort();

/** Those with services of others before or behind the images, which chains.test.ts runs; examples.test.ts runs all that is listed nowhere here. */
export const chainFiles = [
	'combine-photos.json',
	'photo-from-form.json',
	'resize-for-messaging.json',
	'rows-in-batches.json',
	'send-by-email.json',
	'upload-by-http.json',
] as const;

/** Those that talk to a person by chat or mail, which conversations.test.ts runs. */
export const conversationFiles = [
	'ai-agent-any-provider.json',
	'ai-agent-with-review.json',
	'ai-agent-with-tool.json',
	'storyboard-in-one-mail.json',
	'telegram-bot.json',
] as const;

/** As a user imports it, with the address that a user puts in: of this n8n. */
export function readExample(file: string, n8nUrl: string): WorkflowToCreate {
	return JSON.parse(readFileSync(path.join(folder, file), 'utf8').replaceAll('http://localhost:5678', n8nUrl)) as WorkflowToCreate;
}

export function nodeOf({ name: workflow, nodes }: WorkflowToCreate, name: string): INode {
	const found = nodes.find((node) => node.name === name);
	if (found === undefined) throw new Error(`"${workflow}" has no node "${name}"`);
	return found;
}
