import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { createEnvironment, type InstanceOptions } from './instance';
import { findFreePort } from './ports';
import type { CredentialToCreate, RunResult, WorkflowToCreate } from './restClient';
import { getRuntime } from './runtime';

/** Runs one n8n command on a user folder that no n8n is using at the moment. */
export async function runN8nCommand({ userFolder, environment }: InstanceOptions, commandArguments: readonly string[]): Promise<string> {
	const { node, n8n } = getRuntime();
	const { stdout } = await promisify(execFile)(node, [n8n, ...commandArguments], {
		cwd: userFolder,
		maxBuffer: 256 * 1024 * 1024,
		env: createEnvironment(userFolder, { N8N_RUNNERS_BROKER_PORT: String(await findFreePort()), ...environment }),
	});
	return stdout;
}

async function importFile(options: InstanceOptions, command: string, content: unknown): Promise<void> {
	const folder = await mkdtemp(path.join(tmpdir(), 'seedream-import-'));
	try {
		const file = path.join(folder, 'import.json');
		// Credentials contain keys: no other user may read the file.
		await writeFile(file, JSON.stringify(content), { mode: 0o600 });
		await runN8nCommand(options, [command, `--input=${file}`]);
	} finally {
		await rm(folder, { recursive: true, force: true });
	}
}

export async function importCredentials(options: InstanceOptions, credentials: ReadonlyArray<CredentialToCreate & { id: string }>): Promise<void> {
	await importFile(options, 'import:credentials', credentials);
}

export async function importWorkflows(options: InstanceOptions, workflows: ReadonlyArray<WorkflowToCreate & { id: string }>): Promise<void> {
	await importFile(
		options,
		'import:workflow',
		workflows.map((workflow) => ({ active: false, ...workflow })),
	);
}

/** Runs a workflow that does not park to its end, and returns the output of its nodes. */
export async function executeWorkflow(options: InstanceOptions, workflowId: string): Promise<RunResult> {
	const output = await runN8nCommand(options, ['execute', `--id=${workflowId}`, '--rawOutput']);
	// n8n prints its own notices before the result.
	const { data } = JSON.parse(output.slice(output.search(/^\{$/m))) as { data: RunResult };
	return data;
}
