import type { Cost } from '../../nodes/core/cost';
import type { FailureKind } from '../../nodes/core/failure/failure';
import type { Size } from '../../nodes/core/image/imageSize';
import type { ReplyContract } from './replyContract';

export type Body = Record<string, unknown>;
export type Reply = readonly [status: number, body: Body | string];

/** The expected result of a fault with a provider. */
export interface Outcome {
	/** POSTs that reach the provider for this job. */
	posts: number;
	/** Images that are returned. */
	images: number;
	/** The failure that is returned, if any. */
	kind?: FailureKind;
	/** The type of the images, if the row asks for a format. */
	mimeType?: string;
	/** What a warning on the images says. */
	warning?: RegExp;
	/** What the message says in addition to the names. */
	message?: RegExp;
}

/** A submit body to check against the contract. */
export interface SentBody {
	body: Body;
	withImages: boolean;
	/** What was typed into Image Field Name. */
	imageField: string;
}

/** The path of a field's value in the body, and the value sent if it differs from the typed one. */
export type SentAt = readonly [path: string, ...aliases: ReadonlyArray<readonly [typed: unknown, sent: unknown]>];

/** What the tests expect of a provider's model other than Seedream 4.5. */
export interface ModelContract {
	/** Where it was read, and when. */
	source: string;
	/** The fields of the panel in their order, with their defaults. */
	parameters: ReadonlyArray<readonly [name: string, initial: unknown]>;
	/** One of them that is hidden, because only other models have it. */
	hidden?: string;
	/** What one image costs; none if the provider publishes no price. */
	price?: Cost;
	request: {
		path: string;
		/** With the default parameters and the prompt "a fox". */
		text: Body;
		/** What differs with these reference images. */
		image(urls: readonly string[]): Body;
		/** What parameters change in the body. */
		chosen: ReadonlyArray<readonly [parameters: Body, change: Body]>;
	};
	/** Maximum number of reference images. */
	mostReferences: number;
	/** Values that another model may have left, and the message of the refusal. */
	leftOver: ReadonlyArray<readonly [parameters: Body, said: string]>;
	/** Parameters and the size of the image that is made of them. */
	size: readonly [parameters: Body, Size];
	/** Where a shared test rightly expects something else of this model. */
	differs?: {
		/** Nobody publishes the pixels of its ratios, so the panel shows none. */
		showsNoPixels?: true;
	};
}

/**
 * What the tests expect of one provider, in test/providers/<id>/contract.ts. Written from docs/providers/<id>.md and the pages
 * that it names, never from the adapter: two independent readings of the same pages.
 */
export interface ProviderContract {
	/** Where it was read, and when. */
	source: string;
	/** The fields of the panel in their order, with their defaults: a promise to saved workflows. */
	parameters: ReadonlyArray<readonly [name: string, initial: unknown]>;
	/** By the name in the panel; none if there is only Seedream 4.5. */
	otherModels?: Readonly<Record<string, ModelContract>>;
	/** What Image to Image needs in addition to prompt and images. */
	imageParameters?: Body;
	/**
	 * The size that Dry Run shows for the default parameters: APIXO's pixels of the ratio if the provider publishes none; null
	 * only if no ratio is sent.
	 */
	defaultSize: Size | null;
	limits: {
		/** Characters in a prompt; above `advised`, it is sent with a warning. */
		prompt: { least?: number; advised?: number; most?: number };
		/** Maximum number of reference images. */
		references: number;
		/** Maximum Image Count; none if each task makes one image. */
		images?: number;
	};
	/** Whether the provider publishes the pixels of each ratio. */
	publishesPixels?: true;
	/** What one image costs. */
	price: Cost;
	failedTaskIsFree: boolean;
	/** Seconds to the first status check and between two checks, for the seconds that the task is estimated to take. */
	pace: {
		first: ReadonlyArray<readonly [estimate: number | undefined, seconds: number]>;
		interval: ReadonlyArray<readonly [estimate: number | undefined, seconds: number]>;
	};
	/** Whether a free request returns the JSON Schema of a submit body, which the probe compares. */
	publishesSchema?: true;
	request: {
		/** Below the base URL. */
		path: string;
		/** With the default parameters and the prompt "a fox". */
		text: Body;
		/** What differs with these reference images. */
		image(urls: readonly string[]): Body;
		/** A body as in the provider's own examples, with two images if there is a count. */
		minimal(prompt: string): Body;
		/** The first rule that a body breaks, or undefined. */
		firstBroken(sent: SentBody): string | undefined;
		/** By the field's name in the panel. */
		places: Readonly<Record<string, SentAt>>;
		/** Bodies that are refused: what the refusal names, and what is changed in a minimal body. */
		refused: ReadonlyArray<readonly [named: string, change: Body]>;
		/** The header, in lower case, whose repeated value finds the first job again. */
		idempotencyHeader?: string;
	};
	statusRequest(taskId: string): { method: 'GET' | 'POST'; path: string; body?: Body };
	/** What real replies contain; compared by the probe. */
	replies: {
		/** What a passed credential test proves. */
		proves: string;
		account: ReplyContract;
		submit: ReplyContract;
		status: ReplyContract;
		/** Fixtures that are published elsewhere and differ from the above, or are refusals. */
		oddFixtures: readonly string[];
		/**
		 * A described field of a finished status reply without which the package still delivers the images, such as the task's id; none
		 * only if nothing of that reply is described. The probe's tests rename it, and expect that its absence is reported.
		 */
		spareField?: string;
		/** The task in the reply to a submit. */
		taskPath: string;
	};
	/** A minimal job from submit to success, as whole replies. */
	walkthrough: {
		accepted(taskId: string): Reply;
		finished(taskId: string, urls: readonly string[]): Body;
		/** After one minimal job; undefined if no request reports it. */
		balance?: { method: 'GET' | 'POST'; path: string; reply: Body };
		/** What the reply to a submit contains besides the task: fields of the item that Return Task returns. */
		told?(balance: number): Body;
	};
	refusals: {
		/** The submit with a wrong key. */
		key: Reply;
		/** The submit without credits. */
		credits: Body;
		/** The submit with the field `colour`. */
		unknownField: Reply;
	};
	credential: {
		name: string;
		baseUrl: string;
		method: 'GET' | 'POST';
		/** With the path of the base URL. */
		path: string;
		/** How the key "the-key" is sent. */
		header: readonly [name: string, value: string];
		accepted: readonly Reply[];
		/** In addition to the statuses that mean a refusal everywhere: 401, 403, 429, 5xx. */
		refused: readonly Reply[];
	};
	/** Undefined if there are no callbacks. */
	callback?: {
		/** What a submit with a callback adds. */
		request(url: string): Body;
		/** Part of the callback body for a finished task. */
		completed: Body;
		isSigned?: true;
	};
	/** Where a row of the fault matrix rightly expects something else here. */
	differs?: { faults?: Readonly<Record<string, Partial<Outcome>>> };
}
