/**
 * Loaded into n8n before its own code: it collects its garbage on SIGUSR2. A new n8n holds some 300 MB that it
 * no longer needs; without this, chance decides which run has to free them.
 */
const v8 = require('node:v8');
const vm = require('node:vm');

v8.setFlagsFromString('--expose-gc');
const collect = vm.runInNewContext('gc');
// Twice: the first one frees the objects, the second one returns the freed pages.
process.on('SIGUSR2', () => {
	collect();
	setTimeout(collect, 1000);
});
