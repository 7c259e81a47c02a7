import type { Size } from './imageSize';

/** The limits of Seedream for reference images, as far as its resellers agree (providers' notes, "Model-level limits"). */
const shortestSide = 15;
const mostPixels = 36_000_000;
const widestRatio = 16;
/** Some providers refuse longer shapes. */
const commonRatio = 3;

const ratioOf = ({ width, height }: Size): number => Math.max(width / height, height / width);
const named = ({ width, height }: Size): string => `${width} × ${height} pixels`;

/** Why a reference image of this size would be refused, without a period; `ratio`: a model's own limit, if it is stricter. */
export function referenceSizeFault(size: Size, file: string, ratio = widestRatio): string | undefined {
	const has = `The file in ${file} has ${named(size)}`;
	if (Math.min(size.width, size.height) < shortestSide) return `${has}: each side of a reference image must have more than ${shortestSide - 1}`;
	if (size.width * size.height > mostPixels)
		return `${has}: a reference image may have at most ${mostPixels.toLocaleString('en-US')} (36 megapixels). Make it smaller first, e.g. with an Edit Image node`;
	return ratioOf(size) > ratio ? `${has}: the sides of a reference image may be at most 1:${ratio}. Crop it first, e.g. with an Edit Image node` : undefined;
}

/** A warning about an image that may be sent all the same. */
export function referenceSizeWarning(size: Size, file: string): string | undefined {
	return ratioOf(size) > commonRatio ? `The file in ${file} has ${named(size)}: the provider may refuse reference images beyond 1:${commonRatio}.` : undefined;
}
