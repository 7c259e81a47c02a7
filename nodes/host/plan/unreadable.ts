import { readingFault } from '../execution/readingFault';
import { invalidInput } from '../output/failureItem';
import { defaultOptions } from '../panel/options';
import type { ReadItem, Settings } from './generatePlan';

/** The settings of an item as long as none is read. */
export const unreadSettings = (): Settings => ({ options: defaultOptions, completion: 'waitForImages', files: [] });

/** An expression that cannot be resolved is a mistake in this item alone. */
export function unreadable(itemIndex: number, settings: Settings, error: unknown): ReadItem {
	const fault = invalidInput(itemIndex, undefined, [readingFault(error)]);
	return { itemIndex, ...settings, plans: [], fault };
}
