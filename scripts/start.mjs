/** `npm start`, also right after `git clone`: what needs installed modules comes in after their installation. */
import process from 'node:process';

import { prepareProject, prepareRuntime, reportLine } from './runtime.mjs';

try {
	reportLine('1/6 The modules of this project');
	await prepareProject();
	reportLine('2/6 n8n itself');
	await prepareRuntime();
	const { tsImport } = await import('tsx/esm/api');
	const { runDemo } = await tsImport('./demo.ts', import.meta.url);
	// Interrupted while something starts, the program must not wait for it.
	process.exit(await runDemo({ once: process.argv.includes('--once') }));
} catch (error) {
	reportLine(process.env.DEBUG === undefined ? error.message : error.stack);
	process.exit(1);
}
