/**
 * Loaded into n8n before its own code: it collects its garbage when it gets SIGUSR2. A new n8n sits on some 300 MB that it
 * no longer needs; without this, chance decides which run has to clear them away.
 */
const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');
// Twice: the first one frees the objects, the second one gives the pages back that became empty by it.
process.on('SIGUSR2', () => {
	collect();
	setTimeout(collect, 1000);
});
