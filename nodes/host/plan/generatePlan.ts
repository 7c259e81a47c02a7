import type { CheckedTask } from '../../core/parameters/checkTask';
import type { Provider } from '../../core/provider/provider';
import type { ImageCount } from '../../core/submit/imageCount';
import type { AttemptNote } from '../../core/task/taskRef';
import type { OpenAccount } from '../execution/account';
import type { ItemFailure } from '../output/failureItem';
import type { Options } from '../panel/options';
import type { Reference } from '../references/references';

export const callbackKinds = ['none', 'resumeWorkflow', 'url'] as const;
export type CallbackKind = (typeof callbackKinds)[number];

/** One item that may be sent. */
export interface GeneratePlan {
	itemIndex: number;
	/** The provider's place in the order chosen, from 0. */
	rank: number;
	provider: Provider;
	checked: CheckedTask;
	/** By its name in the panel. */
	model: string;
	images: ImageCount;
	/** Reference images in order; for files, `checked.task.imageUrls` has placeholders. */
	references: Reference[];
	options: Options;
	completion: 'waitForImages' | 'returnTask';
	callback: CallbackKind;
}

/** The item to read, and how. */
export interface ReadAt {
	itemIndex: number;
	isTool: boolean;
	accountOf: OpenAccount;
}

/** An item's settings. They are known before its values are checked, because waiting for an earlier try's task needs them. */
export interface Settings {
	options: Options;
	completion: GeneratePlan['completion'];
	/** SHA-256 of each file that it names. */
	files: string[];
}

/** What is known about an item, even if its values are invalid. */
export interface ItemSettings extends Settings {
	itemIndex: number;
	/** Everything that identifies the request, without values that change by themselves (resume URLs and signed URLs). */
	request?: unknown;
}

/** The plans for an item, the first choice first, or why nothing may be sent for it. */
export type PlansOrFault =
	| {
			plans: readonly [GeneratePlan, ...GeneratePlan[]];
			/** With several providers: those that cannot take it, and why. */
			unable?: readonly RankedNote[];
			fault?: undefined;
	  }
	| { plans: readonly []; fault: ItemFailure; unable?: undefined };

/** `rank`: the provider's place in the order chosen. */
export type RankedNote = AttemptNote & { rank: number };

/** What was read of one item. */
export type ReadItem = ItemSettings & PlansOrFault;

/** An item that may be sent. */
export type AbleItem = Extract<ReadItem, { fault?: undefined }>;
