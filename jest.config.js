const { availableParallelism } = require('node:os');

/** One project per kind of test, so that `npm run test:unit` and the others start only what they need. */
const project = (displayName, folders, { testTimeoutMilliseconds, setupFilesAfterEnv = [], extraTests = [], ...options }) => ({
	displayName,
	testEnvironment: 'node',
	globals: { testTimeoutMilliseconds },
	setupFilesAfterEnv: ['<rootDir>/test/setup/testTimeout.ts', ...setupFilesAfterEnv],
	testMatch: [...folders.map((folder) => `${folder}/**/*`), ...extraTests].map((tests) => `<rootDir>/test/${tests}.test.ts`),
	testPathIgnorePatterns: ['/node_modules/'],
	modulePathIgnorePatterns: ['<rootDir>/.n8n-runtime/', '<rootDir>/.demo/', '<rootDir>/test/e2e/node_modules/'],
	transform: {
		'^.+\\.ts$': [
			'@swc/jest',
			{
				jsc: { parser: { syntax: 'typescript', decorators: true }, target: 'es2022', keepClassNames: true },
				module: { type: 'commonjs' },
				sourceMaps: 'inline',
			},
		],
	},
	...options,
});

/** For tests that need a few parts of n8n-workflow and no network. */
const unit = {
	moduleNameMapper: {
		'^n8n-workflow$': '<rootDir>/test/support/n8nWorkflow.js',
		// n8n-workflow's errors load these packages without using them.
		'^(esprima-next|form-data|jsonrepair)$': '<rootDir>/test/support/unused.js',
	},
	setupFilesAfterEnv: ['<rootDir>/test/setup/noNetwork.ts'],
	testTimeoutMilliseconds: 20_000,
};

/** What runs n8n-core in the test's own process. */
const n8nFolder = {
	globalSetup: '<rootDir>/test/setup/makeN8nFolder.ts',
	globalTeardown: '<rootDir>/test/setup/removeN8nFolder.ts',
};

/** @type {import('jest').Config} */
module.exports = {
	// On two cores jest would take one worker, and half of the time.
	maxWorkers: Math.max(2, availableParallelism() - 1),
	projects: [
		project('unit', ['core', 'providers', 'host', 'nodes'], unit),
		// The tests of code that uses zod, run on zod 4, which an n8n may ship; zod 3.25 includes it.
		project('zod4', ['zod4'], {
			...unit,
			moduleNameMapper: { ...unit.moduleNameMapper, '^zod$': 'zod/v4' },
			extraTests: ['core/parameters/{checkFields,checkTask}', 'core/submit/buildSubmit', 'host/panel/options'],
		}),
		project('fuzz', ['fuzz'], {
			globalSetup: '<rootDir>/test/setup/openCaseCount.ts',
			globalTeardown: '<rootDir>/test/setup/printCaseCount.ts',
			setupFilesAfterEnv: ['<rootDir>/test/setup/noNetwork.ts'],
			testTimeoutMilliseconds: 600_000,
		}),
		project('workflows', ['workflows'], { ...n8nFolder, testTimeoutMilliseconds: 120_000 }),
		project('simulator', ['simulator'], { testTimeoutMilliseconds: 30_000 }),
		project('probe', ['probe'], { ...n8nFolder, setupFilesAfterEnv: ['<rootDir>/test/setup/noNetwork.ts'], testTimeoutMilliseconds: 30_000 }),
		project('credentials', ['credentials'], { ...n8nFolder, setupFilesAfterEnv: ['<rootDir>/test/setup/noNetwork.ts'], testTimeoutMilliseconds: 30_000 }),
		project('e2e', ['e2e'], {
			globalSetup: '<rootDir>/test/e2e/support/globalSetup.ts',
			globalTeardown: '<rootDir>/test/e2e/support/globalTeardown.ts',
			testTimeoutMilliseconds: 240_000,
		}),
		project('queue', ['queue'], { testTimeoutMilliseconds: 120_000 }),
	],
};
