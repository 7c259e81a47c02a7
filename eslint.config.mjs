import communityNodes from '@n8n/eslint-plugin-community-nodes';
import { defineConfig, globalIgnores } from 'eslint/config';
import nodesBase from 'eslint-plugin-n8n-nodes-base';
import typescript from 'typescript-eslint';

const COMMUNITY = '@n8n/community-nodes';
const BASE = 'n8n-nodes-base';

const PACKAGE = ['nodes/**/*.ts', 'credentials/**/*.ts'];
const DEVELOPMENT = ['test/**/*.ts', 'scripts/**/*.ts'];

/** Every rule of a plugin as an error, also those that its own presets leave out or only warn about. */
const everyRule = (prefix, plugin, selects = () => true) =>
	Object.fromEntries(
		Object.keys(plugin.rules)
			.filter(selects)
			.map((rule) => [`${prefix}/${rule}`, 'error']),
	);

const communityRules = everyRule(COMMUNITY, communityNodes);
const baseRules = (start) => everyRule(BASE, nodesBase, (rule) => rule.startsWith(start));

/** What n8n's own config switches off: each contradicts a rule of the other plugin or newer n8n idioms. */
const contradicted = {
	[`${BASE}/cred-class-field-documentation-url-miscased`]: 'off',
	[`${BASE}/cred-class-field-type-options-password-missing`]: 'off',
	[`${BASE}/node-class-description-inputs-wrong-regular-node`]: 'off',
	[`${BASE}/node-class-description-outputs-wrong`]: 'off',
	[`${BASE}/node-param-type-options-max-value-present`]: 'off',
};

/** What an installed n8n resolves for us. n8n's own rule also lets devDependencies pass, which then fail at a user's. */
const RUNTIME_MODULES = '^(?!\\.{1,2}/|(?:n8n-workflow|zod|zod/v4|lodash|lodash/[a-zA-Z]+|luxon|p-limit|crypto|node:crypto)$)';
const notAtRuntime = { regex: RUNTIME_MODULES, message: 'Not there in an installed package.' };

/** The floors of the package: each imports only from those below it. */
const towards = (folders, message) => ({ regex: `(^|/)(${folders})(/|$)`, message });
const towardsNodes = towards('Seedream[A-Za-z]*', 'Only n8n loads the nodes.');
const towardsHost = towards('host', 'Core and providers know no host.');
const towardsProviders = towards('providers', 'The core names no provider.');
const hostFloors = [
	['panel', 'generate|callback|plan|references|journal|wait|output|execution'],
	['execution', 'generate|callback|plan|references|journal|wait|output|panel'],
	['output', 'generate|callback|plan|references|journal|wait'],
	['references', 'generate|callback|plan|journal|wait'],
	['journal', 'generate|callback|plan|references|wait'],
	['wait', 'generate|callback|plan|references|journal'],
	['plan', 'generate|callback|journal|wait'],
	['callback', 'generate|plan'],
	['generate', 'callback'],
];

const imports = (...patterns) => ({
	'@typescript-eslint/no-restricted-imports': ['error', { patterns: [notAtRuntime, ...patterns] }],
});

/** A change of a real provider turns only its own tests red. */
const onlyMadeUp = {
	regex: '(^|/)nodes/providers(/|$)|/support/(provider|contractOf|replyRows|walk)$',
	message: 'It loads the real providers; tests of core and host use test/support/madeUpProvider.ts and madeUpRegistry.ts.',
};

export default defineConfig(
	globalIgnores(['dist/', 'coverage/', '.n8n-runtime/', '.demo/', '**/node_modules/']),

	{
		files: [...PACKAGE, ...DEVELOPMENT],
		extends: [typescript.configs.recommendedTypeChecked],
		rules: {
			'@typescript-eslint/consistent-type-imports': ['error', { fixStyle: 'inline-type-imports' }],
			'@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
			'@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
			eqeqeq: 'error',
			'no-var': 'error',
			'prefer-const': 'error',
			'object-shorthand': 'error',
		},
	},

	{
		files: PACKAGE,
		languageOptions: { parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname } },
		linterOptions: { noInlineConfig: true, reportUnusedDisableDirectives: 'error' },
		plugins: { [COMMUNITY]: communityNodes },
		rules: {
			...communityRules,
			'@typescript-eslint/no-explicit-any': 'error',
			'@typescript-eslint/no-non-null-assertion': 'error',
			'@typescript-eslint/prefer-nullish-coalescing': 'error',
			'@typescript-eslint/prefer-optional-chain': 'error',
			'@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
			// n8n's interfaces ask for async methods, also where there is nothing to wait for.
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/ban-ts-comment': ['error', { 'ts-expect-error': true }],
			'@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
			'no-console': 'error',
			...imports(),
		},
	},
	{
		files: ['nodes/providers/**/*.ts'],
		rules: imports(towardsNodes, towardsHost, {
			group: ['n8n-workflow'],
			allowTypeImports: true,
			message: 'Only nodes/host runs n8n code; here its types may be named.',
		}),
	},
	{
		files: ['nodes/core/**/*.ts'],
		rules: imports(towardsNodes, towardsHost, towardsProviders, { group: ['n8n-workflow'], message: 'The core is free of n8n.' }),
	},
	...hostFloors.map(([room, above]) => ({
		files: [`nodes/host/${room}/**/*.ts`],
		rules: imports(towardsNodes, towards(`\\.\\./(${above})`, `nodes/host/${room} imports only from the floors below it.`)),
	})),
	{
		files: ['nodes/**/*.ts'],
		plugins: { [BASE]: nodesBase },
		rules: { ...baseRules('node-'), ...contradicted },
	},
	{
		files: ['credentials/**/*.ts'],
		plugins: { [BASE]: nodesBase },
		rules: { ...baseRules('cred-'), ...contradicted },
	},
	{
		files: ['package.json', 'nodes/**/*.node.json'],
		languageOptions: { parser: typescript.parser, parserOptions: { extraFileExtensions: ['.json'] } },
		plugins: { [COMMUNITY]: communityNodes, [BASE]: nodesBase },
		rules: { ...communityRules, ...baseRules('community-package-json-') },
	},

	{
		files: ['**/*.{js,mjs}'],
		rules: { eqeqeq: 'error', 'no-unused-vars': 'error', 'no-var': 'error', 'prefer-const': 'error', 'object-shorthand': 'error' },
	},
	{
		files: DEVELOPMENT,
		languageOptions: { parserOptions: { project: './tsconfig.test.json', tsconfigRootDir: import.meta.dirname } },
		linterOptions: { reportUnusedDisableDirectives: 'error' },
		rules: {
			// Fakes of n8n and replies read back as JSON are loose on purpose.
			'@typescript-eslint/no-unsafe-argument': 'off',
			'@typescript-eslint/no-unsafe-assignment': 'off',
			'@typescript-eslint/no-unsafe-call': 'off',
			'@typescript-eslint/no-unsafe-member-access': 'off',
			'@typescript-eslint/no-unsafe-return': 'off',
			'@typescript-eslint/require-await': 'off',
			'@typescript-eslint/unbound-method': 'off',
		},
	},
	{
		files: ['test/core/**/*.ts', 'test/support/{madeUpProvider,madeUpRegistry}.ts'],
		rules: {
			'@typescript-eslint/no-restricted-imports': ['error', { patterns: [onlyMadeUp, { regex: '(^|/)nodes/host(/|$)', message: 'The core knows no host.' }] }],
		},
	},
	{
		// The panel is drawn from the registry: its tests go through all providers.
		files: ['test/host/**/*.ts', 'test/support/{fakeProviders,fakeRun}.ts'],
		ignores: ['test/host/panel/**'],
		rules: { '@typescript-eslint/no-restricted-imports': ['error', { patterns: [onlyMadeUp] }] },
	},
);
