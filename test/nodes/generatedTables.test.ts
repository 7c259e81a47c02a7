import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

import { providers } from '../../nodes/providers';
import { buildTables, insertTables, pages, tablesIn } from '../../scripts/parameterTable';

const read = (page: string): string => readFileSync(resolve(__dirname, '..', '..', page), 'utf8');

describe('the generated tables', () => {
	it.each(pages)('of %s are what npm run docs:tables would write', (page) => {
		expect(read(page)).toBe(insertTables(read(page)));
	});

	it.each(['parameters', 'limits', 'costs', 'pages'])('%s is in a page', (name) => {
		expect(pages.filter((page) => tablesIn(read(page)).includes(name))).not.toEqual([]);
	});

	it('name every parameter and every request field of every provider', () => {
		const { parameters = '' } = buildTables();
		const sections = parameters.split('#### ').slice(1);
		const models = providers.flatMap((provider) => provider.models);
		expect(sections).toHaveLength(models.length);
		models.forEach(({ displayName, fields, submit, model, models: { length } }, index) => {
			const section = sections[index] ?? '';
			expect(section.startsWith(length === 1 ? `${displayName}\n` : `${displayName}, ${model.label}\n`)).toBe(true);
			expect(section).toContain(`\`${submit.promptField}\``);
			for (const { name, wire, onlyDefault } of fields) {
				if (onlyDefault !== undefined) continue;
				expect(section).toContain(`\`${name}\``);
				if (wire !== undefined) expect(section).toContain(`\`${wire}\``);
			}
		});
	});

	it('are found stale when a definition changes', () => {
		const { limits = '' } = buildTables();
		const changed = { ...buildTables(), limits: limits.replace('up to 14', 'up to 15') };
		const page = read('docs/providers/README.md');
		expect(insertTables(page, changed)).not.toBe(page);
	});

	it('require their markers', () => {
		expect(() => insertTables('<!-- table: limits (written by npm run docs:tables) -->')).toThrow('lacks one of the markers');
	});
});
