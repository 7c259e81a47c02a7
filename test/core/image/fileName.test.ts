import { fileNameFor, safeFileName, type NamedImage } from '../../../nodes/core/image/fileName';

describe('safeFileName', () => {
	test.each<[string, string]>([
		['hero', 'hero'],
		['Ein schöner Fuchs', 'Ein schöner Fuchs'],
		['狐', '狐'],
		['../../etc/passwd', 'etc-passwd'],
		['/etc/passwd', 'etc-passwd'],
		['C:\\Users\\fox', 'C-Users-fox'],
		['a\u0000b\nc\u007fd', 'a-b-c-d'],
		['what? "this" <is> a|b*c', 'what- -this- -is- a-b-c'],
		['  .hidden  ', 'hidden'],
		['ends with dots...', 'ends with dots'],
		['two   spaces', 'two spaces'],
		['', 'image'],
		['...', 'image'],
		['///', 'image'],
		['con', 'con-image'],
		['LPT1', 'LPT1-image'],
		['console', 'console'],
		['CONIN$', 'CONIN$-image'],
		['conout$.txt', 'conout$-image.txt'],
		['CLOCK$', 'CLOCK$-image'],
		['COM¹', 'COM¹-image'],
		['lpt³.x', 'lpt³-image.x'],
		['com0', 'com0-image'],
		['con\u200b', 'con-image'],
		['annual\u202egpj.exe', 'annualgpj.exe'],
		['a\u2066b\u2069c\u200fd\u061ce', 'abcde'],
		['fo\u200bx\ufeff\u00ad\u2060', 'fox'],
		['\u200b\u3164', 'image'],
		['e\u0301te\u0301', '\u00e9t\u00e9'],
	])('%j becomes %j', (name, safe) => {
		expect(safeFileName(name)).toBe(safe);
	});

	test('is at most 120 characters long and never cuts a character in two', () => {
		expect(safeFileName('x'.repeat(500))).toBe('x'.repeat(120));
		expect(safeFileName(`${'x'.repeat(119)}🦊🦊`)).toMatch(/^x{119}(🦊)?$/u);
		expect(safeFileName(`${'x'.repeat(119)}. and more`)).toBe('x'.repeat(119));
	});
});

describe('fileNameFor', () => {
	const image: NamedImage = { provider: 'example', taskId: 'task_12345678', index: 0, count: 1, extension: 'png', template: '' };

	test.each<[Partial<NamedImage>, string]>([
		[{}, 'seedream-example-task_12345678-1.png'],
		[{ index: 3, count: 4 }, 'seedream-example-task_12345678-4.png'],
		[{ taskId: '../x/y' }, 'seedream-example-..-x-y-1.png'],
		[{ template: 'hero' }, 'hero.png'],
		[{ template: '  hero  ' }, 'hero.png'],
		[{ template: '   ' }, 'seedream-example-task_12345678-1.png'],
		[{ template: 'hero', count: 2, index: 1 }, 'hero-2.png'],
		[{ template: 'hero.jpg' }, 'hero.png'],
		[{ template: 'hero.JPEG', extension: 'webp' }, 'hero.webp'],
		[{ template: 'hero.v2' }, 'hero.v2.png'],
		[{ template: 'con.png' }, 'con-image.png'],
		[{ template: 'a/b' }, 'a-b.png'],
	])('%j is called %s', (given, name) => {
		expect(fileNameFor({ ...image, ...given })).toBe(name);
	});

	test.each(['', 'hero'])('gives each image of a task its own name (%j)', (template) => {
		const names = Array.from({ length: 10 }, (_, index) => fileNameFor({ ...image, index, count: 10, template }));
		expect(new Set(names).size).toBe(10);
	});
});

describe('names of any text', () => {
	const image: NamedImage = { provider: 'example', taskId: 'task_1', index: 0, count: 1, extension: 'png', template: '' };
	const nameOf = (given: Partial<NamedImage>): string => fileNameFor({ ...image, ...given });

	test.each(['🦊', '狐', 'é'])('fit into a file system: %s', (letter) => {
		const name = nameOf({ template: letter.repeat(500), count: 15, index: 14 });
		expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
		expect(name).toMatch(/-15\.png$/);
	});

	test('are different for each image even if the task ID is long', () => {
		expect(nameOf({ taskId: 'x'.repeat(300), index: 0 })).not.toBe(nameOf({ taskId: 'x'.repeat(300), index: 1 }));
	});

	test.each([
		['con.v2', 'con-image.v2.png'],
		['NUL .txt', 'NUL-image .txt.png'],
		['a\u0085b\ud83ec', 'a-b-c.png'],
	])('%j becomes %s', (template, name) => {
		expect(nameOf({ template })).toBe(name);
	});
});
