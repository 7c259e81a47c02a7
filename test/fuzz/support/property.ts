import { appendFileSync } from 'node:fs';
import { join } from 'node:path';

import fc from 'fast-check';

/** The same cases every time, so that a red test stays red; `FUZZ_SEED=random` or a number gives others. */
const { FUZZ_SEED = '20261120', FUZZ_FACTOR = '1' } = process.env;
export const seed = FUZZ_SEED === 'random' ? Math.floor(Math.random() * 2 ** 31) : Number(FUZZ_SEED);

/** How many times the usual number of cases are tried. */
export const factor = Number(FUZZ_FACTOR);

/** What a case is found to break, or nothing. */
export type Verdict = string | undefined;

/**
 * A test that a rule holds for so many cases (times FUZZ_FACTOR). A failure shows the smallest case that breaks the rule,
 * the seed and the path to it.
 */
export function holds<Case>(name: string, runs: number, cases: fc.Arbitrary<Case>, judge: (one: Case) => Verdict | Promise<Verdict>): void {
	test(name, async () => {
		let count = 0;
		const rule = fc.asyncProperty(cases, async (one) => {
			count += 1;
			const broken = await judge(one);
			if (broken !== undefined) throw new Error(broken);
		});
		try {
			await fc.assert(rule, { numRuns: Math.ceil(runs * factor), seed, endOnFailure: false });
		} finally {
			const folder = process.env.FUZZ_COUNT_FOLDER;
			if (folder !== undefined) appendFileSync(join(folder, String(process.pid)), `${count}\t${name}\n`);
		}
	});
}
