import type { Cost } from '../cost';
import type { FailureKind } from '../failure/failure';
import type { ApiRequest } from '../http/send';
import type { Size } from '../image/imageSize';
import type { JsonObject, JsonValue } from '../json';
import type { AnyValues, ProviderField } from './field';
import type { Operation } from './operation';
import type { OptionField } from './option';
import type { Expressed, PortableRequest } from './portableRequest';

/** One validated job, before it is sent. */
export interface GenerateTask<Values = AnyValues> {
	operation: Operation;
	prompt: string;
	/** Absolute http(s) URLs, in the order in which prompts refer to them ("image 1"). */
	imageUrls: readonly string[];
	values: Values;
	/** The request field for reference images where the provider does not document one. */
	imageFieldName?: string;
	callbackUrl?: string;
	/** The provider's own options that were set. */
	ofProvider?: Readonly<Record<string, string>>;
	additionalFields: JsonObject;
}

/** What the user may override because the contract is not documented. */
export interface ReadOverrides {
	/** Path of the status request below the base URL with `{taskId}` in it. */
	statusPath?: string;
	/** Path of the image URLs in the status reply. */
	resultPath?: string;
}

export interface Accepted {
	taskId: string;
	estimatedSeconds?: number;
	cost?: Cost;
	creditsRemaining?: number;
}

/** The provider's own words about something that went wrong. */
export interface Words {
	code?: string;
	message?: string;
}

/** The status word of a reply without one. */
export const noWord = 'none';

/** What a status reply says. */
export type StatusReading =
	| { state: 'pending'; word: string }
	/** An undocumented word: keep polling, name it at the deadline, never treat it as success. */
	| { state: 'unknownWord'; word: string }
	| { state: 'succeeded'; urls: string[]; cost?: Cost; expiresAt?: string; unreadable?: string }
	| { state: 'failed'; words: Words };

/** What is wrong with several fields together. */
export interface SharedFault {
	/** The names of the fields that it concerns. */
	fields: readonly string[];
	/** One sentence without a period. */
	fault: string;
}

/** A model's names. */
export interface ModelName {
	/** Saved in workflows, e.g. `seedream-4.5`. */
	readonly id: string;
	/** What users call it, e.g. "Seedream 4.5". */
	readonly label: string;
	/** What the provider's requests call it. */
	readonly wireId: string;
}

/** Facts about one model at one provider, and small functions of its field values. */
export interface ModelRules<Values = AnyValues> {
	readonly docsUrl: string;
	readonly fields: readonly ProviderField[];
	readonly limits: {
		/** Characters; 1 where nothing else is known. */
		readonly promptLengthMin?: number;
		readonly promptLength?: number;
		/** Longer prompts are sent with a warning. */
		readonly promptLengthAdvised?: number;
		readonly referenceImages: number;
		/** MIME types of reference images. */
		readonly referenceTypes: readonly string[];
		/** Bytes of one reference image. */
		readonly referenceBytes: number;
		/** The longest side of one ÷ its shortest, where the model takes less than others do. */
		readonly referenceRatio?: number;
	};
	readonly cost: {
		/** Undefined where the provider publishes no price. */
		readonly perImage?: number;
		readonly unit: Cost['unit'];
		readonly note: string;
		/** Whether the price is documented; where it is not, Spending Limit refuses. */
		readonly documented: boolean;
		/** Whether only delivered images are paid for; false if no page says so. */
		readonly onlyDelivered: boolean;
	};
	/** Fields whose values depend on each other, and limits of several fields together. */
	check?(task: GenerateTask<Values>): SharedFault[];
	/** Warnings that do not stop the job. */
	warn?(task: GenerateTask<Values>): string[];
	imagesRequested(values: Values): number;
	/** The size of the images, or null where the provider decides. */
	pixels(values: Values): Size | null;
	/** Where the provider does not publish the size: what APIXO's table says of the same choice, or null. */
	likelyPixels?(values: Values): Size | null;
	/** Seconds a task takes at least, where the provider's documentation says it for these values. */
	estimatedSeconds?(values: Values): number;
	/** Seconds between two status checks of a task. `isBusy`: so many tasks are in flight that the slower end of the recommended pace applies. */
	readonly intervalSeconds: (estimatedSeconds: number | undefined, isBusy: boolean) => number;
	/** Seconds from the submit to the first useful status check. */
	readonly firstCheckSeconds: (estimatedSeconds: number | undefined) => number;
}

/** One Seedream model as one provider offers it. */
export interface Model<Values = AnyValues> extends ModelName, ModelRules<Values> {}

/** Facts about a provider that do not depend on the model. */
export interface ProviderFacts {
	/** The folder's name; saved in workflows. */
	readonly id: string;
	readonly displayName: string;
	/** Where a user gets a key and credits. */
	readonly accountUrl: string;
	/** Where a user sees which models the provider has today. */
	readonly modelsUrl: string;
	readonly credentialType: string;
	readonly baseUrl: string;
	readonly submit: {
		/** `{model}` stands for the model's wire id. */
		readonly path: string;
		readonly promptField: string;
		/** Undefined where the provider does not document one (PixelDojo). */
		readonly imagesField?: string;
		/** The request field for a callback URL; undefined where there are no callbacks. */
		readonly callbackField?: string;
		/** Whether callbacks go to https addresses only. */
		readonly callbackNeedsHttps?: boolean;
		/** Header whose repeated value makes a repeated POST harmless. */
		readonly idempotencyHeader?: string;
	};
	/** Entries of the collection Options that mean something for this provider alone; all of them are text. */
	readonly options?: readonly OptionField[];
	/** Whether Status Path and Result Path count, because the finished reply is not documented. */
	readonly takesPaths?: boolean;
	/** Whether a failed task is certainly not charged. */
	readonly failedTasksAreFree: boolean;
	/** How long an image takes, as far as the provider's pages say it: a sentence for the editor. */
	readonly duration: string;
	/** Minimum lifetime of a result URL in seconds, if known; shown as a warning if images are not downloaded. */
	readonly resultLifetimeSeconds?: number;
}

/** What a provider is: data, its models (the default one first), and how the default model's fields express a portable request. */
export interface ProviderDefinition extends ProviderFacts {
	readonly models: readonly [Model, ...Model[]];
	readonly portableValues: (request: PortableRequest) => AnyValues;
}

/** A reference image that an item holds as a file. */
export interface ReferenceFile {
	fileName: string;
	mimeType: string;
	/** Its size. */
	bytes: number;
}

/** Where a file goes: below the base URL with the credential, or to an absolute URL without it. */
export interface UploadPlace {
	target: { path: string } | { url: string };
	/** Form fields that come before the file. */
	fields: ReadonlyArray<readonly [string, string]>;
	/** The URL that the submit refers to, where it is known before the upload. */
	fileUrl?: string;
}

/** How a provider takes files. Providers without it fetch reference images from n8n's own signed URLs. */
export interface ProviderUpload {
	/** Asks for a place first (presigned uploads). */
	ticket?(file: ReferenceFile): ApiRequest;
	/** `ticket` is the reply to the request above. Undefined where it names no place. */
	place(ticket: JsonObject): UploadPlace | undefined;
	/** The file's URL in the reply to the upload. */
	readUrl(reply: JsonObject): string | undefined;
}

/** How to ask a provider for the balance, in the unit of its prices, with a free request. */
export interface ProviderBalance {
	readonly request: ApiRequest;
	/** Undefined where the reply does not say it. */
	read(body: JsonObject): number | undefined;
}

/** Pure functions that convert between this package's types and the provider's JSON. `wireId` is the provider's name of the model. */
export interface ProviderAdapter {
	/** Paths of the task ID in a reply about a task, likeliest first. */
	readonly taskIdPaths: readonly string[];
	/** Request fields that are no parameters, by dotted path. */
	fixedFields(task: GenerateTask, wireId: string): Record<string, JsonValue>;
	/**
	 * For envelopes that say success in the body: the HTTP status such a reply amounts to, `refused` where the body only
	 * says no, undefined where it says yes.
	 */
	bodyStatus?(body: JsonObject): number | 'refused' | undefined;
	/** A `bodyStatus` of a status check that means the task itself failed. */
	readonly taskEndingStatus?: number;
	/** The task a submit reply names; undefined where it names none. */
	readSubmit(body: JsonObject): Accepted | undefined;
	status(taskId: string, overrides: ReadOverrides, wireId: string): ApiRequest;
	readStatus(body: JsonObject, overrides: ReadOverrides): StatusReading;
	/** The provider's words in an error reply. */
	words(body: JsonObject): Words;
	/** What those words mean, where the provider's vocabulary says more than the HTTP status. */
	kindOf?(words: Words): FailureKind | undefined;
	readonly upload?: ProviderUpload;
	readonly balance?: ProviderBalance;
	/** The task id a callback's body names. Nothing else of the body is ever used. */
	readCallback?(body: JsonObject): string | undefined;
	/** Whether a callback's signature is valid; undefined if it has none. */
	checkSignature?(rawBody: Uint8Array, headers: Readonly<Record<string, string>>, apiKey: string): boolean | undefined;
}

/** One model at one provider, ready for use: definition and adapter joined. */
export interface Provider extends ProviderFacts, ModelRules, Omit<ProviderAdapter, 'fixedFields' | 'status'> {
	readonly model: ModelName;
	/** The same provider with each of its models, the default one first. */
	readonly models: readonly Provider[];
	fixedFields(task: GenerateTask): Record<string, JsonValue>;
	/** Where the task is submitted: the option Model ID may replace the model's name. */
	submitPath(task: GenerateTask): string;
	status(taskId: string, overrides: ReadOverrides): ApiRequest;
	/** The task ids that a status reply names; empty if it names none. */
	readTaskIds(body: JsonObject): string[];
	/** A portable request in this provider's own values (always for the default model), or why it cannot take it. */
	express(request: PortableRequest): Expressed;
}
