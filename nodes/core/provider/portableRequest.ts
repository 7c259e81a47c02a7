import { counted } from '../text';
import type { AspectRatio } from './aspectRatios';
import type { AnyValues, ProviderField } from './field';
import type { Operation } from './operation';

/** A request that can be sent to any Seedream 4.5 provider. */
export interface PortableRequest {
	operation: Operation;
	resolution: '2K' | '4K';
	aspectRatio: AspectRatio;
	imageCount: number;
	/** The number of reference images. */
	references: number;
}

/** `reason`: one sentence without a period. */
export type Expressed = { values: AnyValues } | { reason: string };

interface Limits {
	displayName: string;
	fields: readonly ProviderField[];
	referenceImages: number;
	/** Undefined if the provider does not document the field for reference images. */
	imagesField: string | undefined;
}

/** Why a provider cannot take a portable request; undefined if it can. */
export function portableRefusal(request: PortableRequest, limits: Limits): string | undefined {
	const { displayName, fields, referenceImages, imagesField } = limits;
	const mostImages = fields.find(({ name }) => name === 'imageCount')?.typeOptions?.maxValue ?? 1;
	if (request.imageCount > mostImages) {
		return `${displayName} makes at most ${counted(mostImages, 'image')} per task, but Image Count is ${request.imageCount}`;
	}
	if (request.operation === 'textToImage') return undefined;
	if (imagesField === undefined) return `${displayName} does not document its field for reference images`;
	if (request.references > referenceImages) {
		return `${displayName} takes at most ${counted(referenceImages, 'reference image')}, but there are ${request.references}`;
	}
	return undefined;
}
