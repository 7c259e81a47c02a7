/**
 * Runs jest on the newest Node that this clone has. Each test file is compiled anew, and Node 24, which n8n runs on and `npm start`
 * and `npm test` put into the clone, needs half the time of Node 20 for it. With JEST_NODE=current it is the Node that runs this program.
 */
import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import process from 'node:process';

import { nodeInClone, rootFolder } from './runtime.mjs';

const isNewEnough = Number(process.versions.node.split('.')[0]) >= 24;
const node = process.env.JEST_NODE === 'current' || isNewEnough ? process.execPath : (nodeInClone() ?? process.execPath);
const jest = createRequire(import.meta.url).resolve('jest/bin/jest');
const child = spawn(node, [jest, ...process.argv.slice(2)], { cwd: rootFolder, stdio: 'inherit' });
// Ctrl-C reaches both of them; only a signal to this program alone has to be passed on.
process.on('SIGINT', () => undefined);
process.on('SIGTERM', () => child.kill('SIGTERM'));
child.on('error', (error) => {
	throw error;
});
child.on('close', (exitCode, signal) => {
	process.exitCode = exitCode ?? (signal === null ? 1 : 143);
});
