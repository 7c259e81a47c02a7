import { referenceSizeFault, referenceSizeWarning } from '../../../nodes/core/image/referenceSize';

test.each<[number, number, RegExp]>([
	[8, 8, /each side of a reference image must have more than 14$/],
	[14, 300, /each side of a reference image must have more than 14$/],
	[300, 14, /each side of a reference image must have more than 14$/],
	[6001, 6000, /at most 36,000,000/],
	[100, 3000, /at most 1:16/],
	[1601, 100, /at most 1:16/],
])('%i × %i is refused', (width, height, says) => {
	const fault = referenceSizeFault({ width, height }, 'photo');
	expect(fault).toMatch(says);
	expect(fault).toContain(`The file in photo has ${width} × ${height} pixels`);
});

test.each([
	[15, 15],
	[15, 240],
	[6000, 6000],
	[1600, 100],
	[1024, 768],
])('%i × %i is accepted', (width, height) => {
	expect(referenceSizeFault({ width, height }, 'photo')).toBeUndefined();
});

test('a model may have a stricter limit', () => {
	expect(referenceSizeFault({ width: 300, height: 100 }, 'photo', 3)).toBeUndefined();
	expect(referenceSizeFault({ width: 301, height: 100 }, 'photo', 3)).toContain('at most 1:3.');
});

test.each<[number, number, boolean]>([
	[300, 100, false],
	[100, 300, false],
	[301, 100, true],
	[100, 301, true],
])('%i × %i warns: %s', (width, height, warns) => {
	expect(referenceSizeWarning({ width, height }, 'photo') !== undefined).toBe(warns);
});
