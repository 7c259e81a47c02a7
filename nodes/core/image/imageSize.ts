export interface Size {
	width: number;
	height: number;
}

/** The size that a user typed, if a custom size is chosen. */
export function customSize(isChosen: boolean, { width, height }: Partial<Size>): Size | null {
	return !isChosen || width === undefined || height === undefined ? null : { width, height };
}

export interface SizeLimits {
	/** The model that has these limits, as messages call it. */
	model: string;
	minPixels: number;
	maxPixels: number;
	/** Longest side ÷ shortest side. */
	maxRatio: number;
	minEdge?: number;
	maxEdge?: number;
}

/** From as many pixels as 2560×1440 to as many as 4096×4096, 1:16 to 16:1 (providers' notes, "Model-level limits"). */
export const seedream45Limits: SizeLimits = { model: 'Seedream 4.5', minPixels: 3_686_400, maxPixels: 16_777_216, maxRatio: 16 };

const count = (pixels: number): string => pixels.toLocaleString('en-US');
const clamp = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, value));

function breaks({ width, height }: Size, limits: SizeLimits): string[] {
	const broken: string[] = [];
	const { minEdge = 1, maxEdge = Number.POSITIVE_INFINITY } = limits;
	if (width < minEdge || height < minEdge || width > maxEdge || height > maxEdge) {
		broken.push(maxEdge === Number.POSITIVE_INFINITY ? `each side must be at least ${minEdge}` : `each side must be from ${minEdge} to ${maxEdge}`);
	}
	const pixels = width * height;
	if (pixels < limits.minPixels) {
		broken.push(`it has ${count(pixels)} pixels and ${limits.model} needs at least ${count(limits.minPixels)}`);
	}
	if (pixels > limits.maxPixels) {
		broken.push(`it has ${count(pixels)} pixels and ${limits.model} allows at most ${count(limits.maxPixels)}`);
	}
	if (Math.max(width / height, height / width) > limits.maxRatio) {
		broken.push(`the ratio must be from 1:${limits.maxRatio} to ${limits.maxRatio}:1`);
	}
	return broken;
}

/** The valid size with the most similar shape and, for that shape, the most similar number of pixels. */
export function nearestValidSize(size: Size, limits: SizeLimits): Size {
	const { minEdge = 1, maxEdge = limits.maxPixels } = limits;
	const widest = Math.min(limits.maxRatio, maxEdge / minEdge);
	const ratio = clamp(size.width / size.height, 1 / widest, widest);
	const long = Math.max(ratio, 1 / ratio);
	// For this ratio, the limits of the sides may allow fewer pixels than the limit for pixels does.
	const mostPixels = Math.min(limits.maxPixels, maxEdge ** 2 / long);
	const pixels = clamp(size.width * size.height, Math.max(limits.minPixels, minEdge ** 2 * long), mostPixels);
	const width = clamp(Math.sqrt(pixels * ratio), minEdge, maxEdge);
	const height = clamp(width / ratio, minEdge, maxEdge);
	let best = { width: Math.round(width), height: Math.round(height) };
	// Rounding and the limits of the sides can leave it slightly invalid: adjust one side by a pixel until it is valid.
	for (let step = 0; step < 10_000 && breaks(best, limits).length > 0; step++) {
		const tooFew = best.width * best.height < limits.minPixels;
		const grow = tooFew || Math.min(best.width, best.height) < minEdge;
		const change = grow ? 1 : -1;
		const wide = best.width / best.height;
		const canWidth = grow ? best.width < maxEdge : best.width > minEdge;
		const changeWidth = canWidth && (grow ? wide <= ratio || best.height >= maxEdge : wide > ratio);
		best = changeWidth ? { width: best.width + change, height: best.height } : { width: best.width, height: best.height + change };
	}
	return best;
}

function commonDivisor(one: number, other: number): number {
	return other === 0 ? one : commonDivisor(other, one % other);
}

/** The nearest valid size of exactly the same ratio; undefined if there is none. */
export function sameRatioSize({ width, height }: Size, limits: SizeLimits): Size | undefined {
	const { minEdge = 1, maxEdge = Number.POSITIVE_INFINITY } = limits;
	const step = commonDivisor(width, height);
	const unit = { width: width / step, height: height / step };
	const area = unit.width * unit.height;
	if (!(area > 0)) return undefined;
	const [short, long] = [Math.min(unit.width, unit.height), Math.max(unit.width, unit.height)];
	const least = Math.ceil(Math.max(Math.sqrt(limits.minPixels / area), minEdge / short));
	const most = Math.floor(Math.min(Math.sqrt(limits.maxPixels / area), maxEdge / long));
	const times = clamp(step, least, most);
	const same = { width: unit.width * times, height: unit.height * times };
	return breaks(same, limits).length === 0 ? same : undefined;
}

/** A ratio such as 853:480 has few sizes: a much larger or smaller one is no useful suggestion. */
function isNear(one: Size, other: Size): boolean {
	const growth = (one.width * one.height) / (other.width * other.height);
	return growth < 1.25 && growth > 0.8;
}

/** One sentence on why a custom size cannot be generated, with the nearest size that can; undefined if the size is valid. */
export function sizeFault(size: Size, limits: SizeLimits): string | undefined {
	const broken = breaks(size, limits);
	if (broken.length === 0) return undefined;
	const nearest = nearestValidSize(size, limits);
	const same = sameRatioSize(size, limits);
	const isOther = same !== undefined && (same.width !== nearest.width || same.height !== nearest.height) && isNear(same, nearest);
	const exact = isOther ? `, at exactly the same ratio ${same.width}×${same.height}` : '';
	return `Size ${size.width}×${size.height} cannot be generated: ${broken.join(', and ')}. The nearest valid size is ${nearest.width}×${nearest.height}${exact}`;
}
