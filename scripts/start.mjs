/** `npm start`. It also works right after `git clone`, so modules that need the installation are imported after it. */
import process from 'node:process';

import { prepareProject, prepareRuntime, reportLine } from './runtime.mjs';

try {
	reportLine('1/6 The modules of this project');
	await prepareProject();
	reportLine('2/6 n8n itself');
	await prepareRuntime();
	// The files of the providers are loaded by folder, with require.
	const { register } = await import('tsx/cjs/api');
	register();
	const { tsImport } = await import('tsx/esm/api');
	const { runDemo } = await tsImport('./demo.ts', import.meta.url);
	// If interrupted during startup, the program must not wait.
	process.exit(await runDemo({ once: process.argv.includes('--once') }));
} catch (error) {
	reportLine(process.env.DEBUG === undefined ? error.message : error.stack);
	process.exit(1);
}
