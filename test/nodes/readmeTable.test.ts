import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { providers } from '../../nodes/providers';
import { buildTables, insertTables } from '../../scripts/parameterTable';

const readme = readFileSync(resolve(__dirname, '..', '..', 'README.md'), 'utf8');

describe('the tables of the README', () => {
	it('are what npm run docs:tables would write', () => {
		expect(readme).toBe(insertTables(readme));
	});

	it('name every parameter and every request field of every provider', () => {
		const { parameters = '' } = buildTables();
		const sections = parameters.split('#### ').slice(1);
		expect(sections).toHaveLength(providers.length);
		providers.forEach(({ displayName, fields, submit }, index) => {
			const section = sections[index] ?? '';
			expect(section.startsWith(displayName)).toBe(true);
			expect(section).toContain(`\`${submit.promptField}\``);
			for (const { name, wire } of fields) {
				expect(section).toContain(`\`${name}\``);
				if (wire !== undefined) expect(section).toContain(`\`${wire}\``);
			}
		});
	});

	it('are found stale when a definition changes', () => {
		const { limits = '' } = buildTables();
		const changed = { ...buildTables(), limits: limits.replace('up to 14', 'up to 15') };
		expect(insertTables(readme, changed)).not.toBe(readme);
	});

	it('need their markers', () => {
		expect(() => insertTables('# A page without markers')).toThrow('has no markers');
	});
});
