import type { AnyValues } from './field';
import type { Provider, ProviderAdapter, ProviderDefinition } from './provider';
import { searchImageUrls } from './resultUrls';

/** Joins both halves. The registry holds providers of all value types side by side: `fields` checked the values before any function sees them. */
export function joinProvider<Values extends AnyValues>(
	definition: ProviderDefinition<Values>,
	adapter: ProviderAdapter<Values>,
): Provider {
	const provider: Provider<Values> = {
		...definition,
		...adapter,
		readStatus(body, overrides) {
			const reading = adapter.readStatus(body, overrides);
			const isTold = definition.takesPaths === true && overrides.resultPath !== undefined;
			if (reading.state !== 'succeeded' || reading.urls.length > 0 || isTold) return reading;
			// Paid images at a place that no page names are better searched for than lost.
			const found = searchImageUrls(body, referenceFields(definition));
			if (found.length === 0) return reading;
			const { unreadable: _unreadable, ...read } = reading;
			return { ...read, urls: found };
		},
	};
	return provider;
}

/** What a reply that echoes the request may call the reference images: no image is better than a wrong one. */
function referenceFields({ submit, takesPaths }: Pick<ProviderDefinition, 'submit' | 'takesPaths'>): ReadonlySet<string> {
	const documented = submit.imagesField?.split('.').at(-1);
	// Where no finished reply is documented, any other name may be the result's.
	if (documented !== undefined && takesPaths === true) return new Set([documented]);
	const likely = ['image_urls', 'image_url', 'image'];
	// What is sent as `image_urls` is not called `images` when it comes back, and results often are.
	return new Set(documented === 'image_urls' ? likely : [...likely, 'images', ...(documented === undefined ? [] : [documented])]);
}
