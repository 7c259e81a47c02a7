import { fileNameFor } from '../../../nodes/core/image/fileName';
import { uniqueFileNames } from '../../../nodes/core/image/uniqueFileNames';
import { processorTime } from '../../support/processorTime';

const free = (names: readonly string[]) => uniqueFileNames(names.map((name) => ({ name, fixed: false })));

describe('uniqueFileNames', () => {
	test.each<[string, string[], string[]]>([
		['nothing to do', ['a.png', 'b.png'], ['a.png', 'b.png']],
		['one name for all', ['hero.png', 'hero.png', 'hero.png'], ['hero.png', 'hero-2.png', 'hero-3.png']],
		['other endings are other names', ['hero.png', 'hero.jpg', 'hero.png'], ['hero.png', 'hero.jpg', 'hero-2.png']],
		['upper and lower case are one', ['Hero.png', 'hero.PNG', 'HERO.png'], ['Hero.png', 'hero-2.PNG', 'HERO-3.png']],
		['ways of writing an accent are one', ['\u00e9.png', 'e\u0301.png'], ['\u00e9.png', 'e\u0301-2.png']],
		['a number that somebody wishes for is his', ['hero.png', 'hero.png', 'hero-2.png'], ['hero.png', 'hero-3.png', 'hero-2.png']],
		['also when he came first', ['Hero-2.png', 'hero.png', 'hero.png'], ['Hero-2.png', 'hero.png', 'hero-3.png']],
		['numbers behind numbers', ['a.png', 'a.png', 'a-2.png', 'a-2.png'], ['a.png', 'a-3.png', 'a-2.png', 'a-2-2.png']],
		['a dot within', ['v1.2.png', 'v1.2.png'], ['v1.2.png', 'v1.2-2.png']],
	])('%s', (_, wished, given) => {
		expect(free(wished)).toEqual(given);
	});

	test('a fixed name is kept, and other names are made different from it', () => {
		const wishes = ['hero.png', 'hero.png', 'hero-2.png', 'HERO.png', 'HERO.png'].map((name, index) => ({ name, fixed: index > 1 }));
		expect(uniqueFileNames(wishes)).toEqual(['hero-3.png', 'hero-4.png', 'hero-2.png', 'HERO.png', 'HERO.png']);
	});

	test('templates that are cut to the same text give different names that fit into a file system', () => {
		const image = { provider: 'example', taskId: 'task_1', index: 14, count: 15, extension: 'jpeg' };
		const names = free(Array.from({ length: 200 }, (_, number) => fileNameFor({ ...image, template: `${'狐'.repeat(200)}${number}` })));
		expect(new Set(names).size).toBe(200);
		expect(names[199]).toMatch(/狐-15-200\.jpeg$/);
		expect(Math.max(...names.map((name) => Buffer.byteLength(name)))).toBeLessThanOrEqual(255);
	});

	test('ten thousand items of one name are named quickly', () => {
		let names: string[] = [];
		const milliseconds = processorTime(() => {
			names = free(Array.from({ length: 10_000 }, () => 'hero.png'));
		});
		expect(names.at(-1)).toBe('hero-10000.png');
		expect(milliseconds).toBeLessThan(1000);
	});
});
