/**
 * Faults, written in the prompt: `[[submit=429;retry-after=2]]`, `[[slow=120]]`, `[[never]]`. Several may
 * be in one prompt. README.md lists them all.
 */
export interface Directive {
	name: string;
	value: string;
	parameters: Readonly<Record<string, string>>;
}

export type Scenario = readonly Directive[];

const names = new Set([
	'slow',
	'duration',
	'fail',
	'refuse',
	'fewer',
	'submit',
	'status',
	'never',
	'no-urls',
	'result',
	'image',
	'check-references',
	'callback',
	'note',
]);

/** The directives in a text; a mistyped one is an error, because a test with it would pass without testing anything. */
export function parseScenario(text: string): Scenario {
	return [...text.matchAll(/\[\[([a-z][^[\]]*)\]\]/g)].map(([written, inner = '']) => {
		const [first = '', ...rest] = inner.split(';');
		const [name, value] = splitPair(first);
		if (!names.has(name)) throw new Error(`The simulator knows no directive ${written}`);
		return { name, value, parameters: Object.fromEntries(rest.map(splitPair)) };
	});
}

function splitPair(text: string): [name: string, value: string] {
	const [name = '', ...value] = text.split('=');
	return [name.trim(), value.join('=').trim()];
}

/** The prompt's own directives; the defaults count only for names that the prompt does not use. */
export function joinScenarios(own: Scenario, defaults: Scenario): Scenario {
	return [...own, ...defaults.filter((directive) => !own.some(({ name }) => name === directive.name))];
}

/** Without the directives that name another provider. */
export function forProvider(id: string, scenario: Scenario): Scenario {
	return scenario.filter(({ parameters: { provider = id } }) => provider === id);
}

export function directives(scenario: Scenario, name: string): Directive[] {
	return scenario.filter((directive) => directive.name === name);
}

/** Whether the scenario has `[[name=value]]`. */
export function asksFor(scenario: Scenario, name: string, value?: string): boolean {
	return scenario.some((directive) => directive.name === name && (value === undefined || directive.value === value));
}

export function numberOf(scenario: Scenario, name: string): number | undefined {
	const directive = scenario.find((candidate) => candidate.name === name);
	if (directive === undefined) return undefined;
	const value = directive.value === '' ? 1 : Number(directive.value);
	if (!Number.isFinite(value)) throw new Error(`[[${name}=${directive.value}]] needs a number`);
	return value;
}

/** The prompt as a person wrote it. */
export function withoutDirectives(prompt: string): string {
	const plain = prompt
		.replace(/\[\[[a-z][^[\]]*\]\]/g, ' ')
		.replace(/\s+/g, ' ')
		.trim();
	return plain === '' ? prompt : plain;
}

/** Faults that a retry does not cure unless the directive limits them. */
const lasting = new Set(['401', '402', '403', 'uppercase']);

/** Counts how often each directive was used. */
export class Strikes {
	readonly #counts = new Map<string, number>();

	/** The first directive that is not used up in this scope; it counts as used. */
	take(scope: string, candidates: readonly Directive[], usualTimes = 1): Directive | undefined {
		for (const [index, directive] of candidates.entries()) {
			const { times } = directive.parameters;
			const limit = times === 'always' || (times === undefined && lasting.has(directive.value)) ? Infinity : Number(times ?? usualTimes);
			if (Number.isNaN(limit)) throw new Error(`times=${times} is neither a number nor "always"`);
			const key = `${scope} ${directive.name} ${index} ${directive.value}`;
			const count = this.#counts.get(key) ?? 0;
			if (count >= limit) continue;
			this.#counts.set(key, count + 1);
			return directive;
		}
		return undefined;
	}

	clear(): void {
		this.#counts.clear();
	}
}
