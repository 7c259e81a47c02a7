import { seedream45Limits, nearestValidSize, sameRatioSize, sizeFault, type Size, type SizeLimits } from '../../../nodes/core/image/imageSize';

const edgeLimits: SizeLimits = { ...seedream45Limits, minEdge: 1024, maxEdge: 4096 };

describe('sizeFault', () => {
	test.each<[string, Size]>([
		['the smallest area', { width: 2560, height: 1440 }],
		['the smallest square', { width: 1920, height: 1920 }],
		['the largest square', { width: 4096, height: 4096 }],
		['the widest of the documented presets', { width: 6240, height: 2656 }],
		['exactly 16:1', { width: 7680, height: 480 }],
		['exactly 1:16', { width: 480, height: 7680 }],
	])('accepts %s', (_, size) => {
		expect(sizeFault(size, seedream45Limits)).toBeUndefined();
	});

	test.each<[string, Size, string]>([
		['one pixel column too few', { width: 2559, height: 1440 }, '3,684,960 pixels and Seedream 4.5 needs at least 3,686,400'],
		['one pixel column too many', { width: 4097, height: 4096 }, '16,781,312 pixels and Seedream 4.5 allows at most 16,777,216'],
		['wider than 16:1', { width: 7696, height: 480 }, 'the ratio must be from 1:16 to 16:1'],
		['taller than 1:16', { width: 480, height: 7696 }, 'the ratio must be from 1:16 to 16:1'],
	])('refuses %s', (_, size, says) => {
		const fault = sizeFault(size, seedream45Limits);
		expect(fault).toContain(`Size ${size.width}×${size.height} cannot be generated`);
		expect(fault).toContain(says);
		expect(fault).toMatch(/The nearest valid size is \d+×\d+$/);
	});

	test('proposes 1920×1920 for 1024×1024', () => {
		expect(sizeFault({ width: 1024, height: 1024 }, seedream45Limits)).toBe(
			'Size 1024×1024 cannot be generated: it has 1,048,576 pixels and Seedream 4.5 needs at least 3,686,400. The nearest valid size is 1920×1920',
		);
	});

	test.each<[Size, SizeLimits, string]>([
		[{ width: 1000, height: 600 }, seedream45Limits, 'The nearest valid size is 2479×1488, at exactly the same ratio 2480×1488'],
		[{ width: 6240, height: 2656 }, edgeLimits, 'The nearest valid size is 4096×1743, at exactly the same ratio 4095×1743'],
		[{ width: 1280, height: 720 }, seedream45Limits, 'The nearest valid size is 2560×1440'],
		// 853:480 times 4 would be 80 % larger
		[{ width: 2559, height: 1440 }, seedream45Limits, 'The nearest valid size is 2560×1440'],
		[{ width: 9000, height: 500 }, seedream45Limits, 'The nearest valid size is 8480×530'],
	])('of %j proposes the nearest size, and the nearest of exactly the same ratio if it is another one', (size, limits, end) => {
		expect(sizeFault(size, limits)?.split('. ').at(-1)).toBe(end);
	});

	test('names every rule that is broken at once', () => {
		const fault = sizeFault({ width: 100, height: 5000 }, edgeLimits);
		expect(fault).toContain('each side must be from 1024 to 4096');
		expect(fault).toContain('needs at least 3,686,400');
		expect(fault).toContain('the ratio must be from 1:16 to 16:1');
	});

	test.each<[Size, boolean]>([
		[{ width: 4096, height: 1024 }, true],
		[{ width: 4097, height: 1024 }, false],
		[{ width: 4000, height: 1023 }, false],
		[{ width: 1024, height: 4096 }, true],
		[{ width: 1024, height: 1024 }, false],
		[{ width: 1024, height: 3599 }, false],
		[{ width: 1024, height: 3600 }, true],
	])('keeps the side limits of a provider: %j is valid: %s', (size, isValid) => {
		expect(sizeFault(size, edgeLimits) === undefined).toBe(isValid);
	});
});

describe('nearestValidSize', () => {
	const lengths = [
		1, 2, 15, 16, 100, 479, 480, 481, 999, 1023, 1024, 1025, 1439, 1440, 1919, 1920, 2048, 2656, 3333, 4095, 4096, 4097, 5504, 6240, 7681, 9999, 16_384, 65_535,
	];
	const sizes = lengths.flatMap((width) => lengths.map((height) => ({ width, height })));

	test.each<[string, SizeLimits]>([
		['the limits of the model', seedream45Limits],
		['limits of each side', edgeLimits],
	])('gives a valid size for any size, by %s', (_, limits) => {
		const invalid = sizes.filter((size) => sizeFault(nearestValidSize(size, limits), limits) !== undefined);
		expect(invalid).toEqual([]);
	});

	test.each<[string, SizeLimits]>([
		['the limits of the model', seedream45Limits],
		['limits of each side', edgeLimits],
	])('does not change a valid size, by %s', (_, limits) => {
		const valid = sizes.filter((size) => sizeFault(size, limits) === undefined);
		expect(valid.length).toBeGreaterThan(30);
		expect(valid.map((size) => nearestValidSize(size, limits))).toEqual(valid);
	});

	test('keeps the shape and adds no more pixels than needed', () => {
		const far = sizes.filter((size) => {
			const ratio = Math.min(16, Math.max(1 / 16, size.width / size.height));
			const area = Math.min(seedream45Limits.maxPixels, Math.max(seedream45Limits.minPixels, size.width * size.height));
			const nearest = nearestValidSize(size, seedream45Limits);
			const stretch = nearest.width / nearest.height / ratio;
			const growth = (nearest.width * nearest.height) / area;
			return Math.abs(stretch - 1) > 0.02 || Math.abs(growth - 1) > 0.01;
		});
		expect(far).toEqual([]);
	});

	test.each<[Size, Size]>([
		[
			{ width: 1024, height: 1024 },
			{ width: 1920, height: 1920 },
		],
		[
			{ width: 1280, height: 720 },
			{ width: 2560, height: 1440 },
		],
		[
			{ width: 720, height: 1280 },
			{ width: 1440, height: 2560 },
		],
		[
			{ width: 8192, height: 8192 },
			{ width: 4096, height: 4096 },
		],
	])('of %j is %j', (size, nearest) => {
		expect(nearestValidSize(size, seedream45Limits)).toEqual(nearest);
	});

	test('keeps within the limits of each side at the longest ratio that they allow', () => {
		const { width, height } = nearestValidSize({ width: 4096, height: 512 }, edgeLimits);
		expect(width / height).toBeGreaterThan(3.5);
		expect(height).toBeGreaterThanOrEqual(1024);
		expect(width).toBeLessThanOrEqual(4096);
	});
});

describe('sameRatioSize', () => {
	test.each<[Size, SizeLimits, Size | undefined]>([
		[{ width: 1000, height: 600 }, seedream45Limits, { width: 2480, height: 1488 }],
		[{ width: 10_000, height: 6000 }, seedream45Limits, { width: 5285, height: 3171 }],
		[{ width: 2048, height: 2048 }, seedream45Limits, { width: 2048, height: 2048 }],
		[{ width: 640, height: 480 }, edgeLimits, { width: 2220, height: 1665 }],
		[{ width: 17, height: 1 }, seedream45Limits, undefined],
		[{ width: 500, height: 100 }, edgeLimits, undefined],
		[{ width: 4999, height: 4993 }, seedream45Limits, undefined],
		[{ width: 0, height: 0 }, seedream45Limits, undefined],
	])('of %j', (size, limits, expected) => {
		expect(sameRatioSize(size, limits)).toEqual(expected);
	});
});
