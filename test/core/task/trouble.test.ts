import { addTrouble, describeTrouble, noTrouble, type Trouble } from '../../../nodes/core/task/trouble';

const after = (...troubles: Array<[reason: string, isReply: boolean]>): Trouble =>
	troubles.reduce<Trouble>((trouble, [reason, isReply]) => addTrouble(trouble, reason, isReply), noTrouble());

test.each<[string, Array<[string, boolean]>, string | undefined]>([
	['nothing', [], undefined],
	['one reply', [['Busy (HTTP 500)', true]], 'last reply: Busy (HTTP 500)'],
	[
		'the same reply again',
		[
			['Busy (HTTP 500)', true],
			['Busy (HTTP 500)', true],
		],
		'last reply: Busy (HTTP 500), 2 times',
	],
	[
		'a reply before a connection that failed',
		[
			['Busy (HTTP 500)', true],
			['no reply came in time', false],
			['no reply came in time', false],
		],
		'last reply: Busy (HTTP 500)',
	],
	[
		'the most frequent reply',
		[
			['A', true],
			['A', true],
			['B', true],
		],
		'last reply: A, 2 times',
	],
	[
		'the latest of equals',
		[
			['A', true],
			['B', true],
		],
		'last reply: B',
	],
	[
		'connections that failed',
		[
			['reset', false],
			['reset', false],
		],
		'reset, 2 times',
	],
])('%s', (_, troubles, said) => {
	expect(describeTrouble(after(...troubles))).toBe(said);
});

test('replies of 300 kB that differ each time are stored shortened', () => {
	const trouble = Array.from({ length: 30 }).reduce<Trouble>((sum, _, index) => addTrouble(sum, `${index} ${'x'.repeat(300_000)}\n`, true), noTrouble());
	expect(trouble.length).toBeLessThanOrEqual(10);
	expect(JSON.stringify(trouble).length).toBeLessThan(3000);
	expect(describeTrouble(trouble)).toMatch(/^last reply: 29 x+…$/);
});
