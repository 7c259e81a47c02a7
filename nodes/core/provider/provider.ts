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
	/** The request field for reference images, if the provider does not document one. */
	imageFieldName?: string;
	callbackUrl?: string;
	/** The provider's own options that were set. */
	ofProvider?: Readonly<Record<string, string>>;
	additionalFields: JsonObject;
}

/** What the user may override because the provider does not document it. */
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

/** Stands for the status word in a reply that has none. */
export const noWord = 'none';

/** What a status reply says. */
export type StatusReading =
	| { state: 'pending'; word: string }
	/** An undocumented word: polling continues, the word is named at the deadline, and it never counts as success. */
	| { state: 'unknownWord'; word: string }
	| { state: 'succeeded'; urls: string[]; cost?: Cost; expiresAt?: string; unreadable?: string }
	| { state: 'failed'; words: Words };

/** Something wrong with several fields together. */
export interface SharedFault {
	/** The names of these fields. */
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
	/** Its name in the provider's requests. */
	readonly wireId: string;
}

/** Facts about one model of one provider, and small functions of its field values. */
export interface ModelRules<Values = AnyValues> {
	readonly docsUrl: string;
	readonly fields: readonly ProviderField[];
	readonly limits: {
		/** In characters; 1 if nothing else is known. */
		readonly promptLengthMin?: number;
		readonly promptLength?: number;
		/** Longer prompts are sent with a warning. */
		readonly promptLengthAdvised?: number;
		readonly referenceImages: number;
		/** MIME types of reference images. */
		readonly referenceTypes: readonly string[];
		/** The maximum size of one reference image, in bytes. */
		readonly referenceBytes: number;
		/** Longest side ÷ shortest side of a reference image, if the model allows less than the others do. */
		readonly referenceRatio?: number;
	};
	readonly cost: {
		/** Undefined if the provider publishes no price. */
		readonly perImage?: number;
		readonly unit: Cost['unit'];
		readonly note: string;
		/** Whether the price is documented; if not, Spending Limit refuses the job. */
		readonly documented: boolean;
		/** Whether a task that delivers fewer images than requested costs less; false if no page says so. */
		readonly onlyDelivered: boolean;
	};
	/** Checks fields whose values depend on each other, and limits that concern several fields. */
	check?(task: GenerateTask<Values>): SharedFault[];
	/** Warnings, which do not stop the job. */
	warn?(task: GenerateTask<Values>): string[];
	imagesRequested(values: Values): number;
	/** The size of the images, or null if the provider decides. */
	pixels(values: Values): Size | null;
	/** If the provider does not publish the size: what APIXO's table says for the same choice, or null. */
	likelyPixels?(values: Values): Size | null;
	/** The minimum time of a task in seconds, if the provider documents it for these values. */
	estimatedSeconds?(values: Values): number;
	/** Seconds between two status checks of a task. `isBusy`: many tasks are in flight, so the slower end of the recommended pace applies. */
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
		/** `{model}` stands for the model's id in requests. */
		readonly path: string;
		readonly promptField: string;
		/** Undefined if the provider does not document one (PixelDojo). */
		readonly imagesField?: string;
		/** The request field for a callback URL; undefined if there are no callbacks. */
		readonly callbackField?: string;
		/** Whether the provider calls https addresses only. */
		readonly callbackNeedsHttps?: boolean;
		/** The header that makes a repeated POST harmless if its value is repeated too. */
		readonly idempotencyHeader?: string;
		/** For how many hours that is so; undefined where it is always. */
		readonly idempotencyHours?: number;
	};
	/** Options that only this provider has; all of them are text. */
	readonly options?: readonly OptionField[];
	/** Whether Status Path and Result Path are used, because the finished reply is not documented. */
	readonly takesPaths?: boolean;
	/** Whether a failed task is certainly not charged. */
	readonly failedTasksAreFree: boolean;
	/** A sentence for the editor on how long an image takes, as far as the provider says. */
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

/** Where to upload a file: to a path below the base URL with the credential, or to an absolute URL without it. */
export interface UploadPlace {
	target: { path: string } | { url: string };
	/** Form fields that come before the file. */
	fields: ReadonlyArray<readonly [string, string]>;
	/** The file's URL for the submit, if it is known before the upload. */
	fileUrl?: string;
}

/** How a provider takes files. Providers without it fetch reference images from n8n's own signed URLs. */
export interface ProviderUpload {
	/** The request that asks where to upload (for presigned uploads). */
	ticket?(file: ReferenceFile): ApiRequest;
	/** `ticket` is the reply to that request. Undefined if it does not say where to upload. */
	place(ticket: JsonObject): UploadPlace | undefined;
	/** The file's URL in the reply to the upload. */
	readUrl(reply: JsonObject): string | undefined;
}

/** How to ask a provider for the balance with a free request. The balance is in the unit of its prices. */
export interface ProviderBalance {
	readonly request: ApiRequest;
	/** Undefined if the reply does not contain it. */
	read(body: JsonObject): number | undefined;
}

/** Pure functions that convert between this package's types and the provider's JSON. `wireId` is the provider's name for the model. */
export interface ProviderAdapter {
	/** Paths of the task ID in a reply about a task, likeliest first. */
	readonly taskIdPaths: readonly string[];
	/** Request fields that are not parameters, by dotted path. */
	fixedFields(task: GenerateTask, wireId: string): Record<string, JsonValue>;
	/**
	 * For providers that report success in the body: the HTTP status that such a reply is equivalent to; `refused` if the body
	 * says no more than that; `complaint` if it has the words of an error and no documented sign of one; undefined if it
	 * reports success.
	 */
	bodyStatus?(body: JsonObject): number | 'refused' | 'complaint' | undefined;
	/** A `bodyStatus` of a status check that means the task itself failed. */
	readonly taskEndingStatus?: number;
	/** The task that a submit reply names; undefined if it names none. */
	readSubmit(body: JsonObject): Accepted | undefined;
	status(taskId: string, overrides: ReadOverrides, wireId: string): ApiRequest;
	readStatus(body: JsonObject, overrides: ReadOverrides): StatusReading;
	/** The provider's words in an error reply. */
	words(body: JsonObject): Words;
	/** The failure kind of those words, if core does not recognize it by the HTTP status and the usual words. */
	kindOf?(words: Words): FailureKind | undefined;
	readonly upload?: ProviderUpload;
	readonly balance?: ProviderBalance;
	/** The task id that a callback's body names. Nothing else in the body is ever used. */
	readCallback?(body: JsonObject): string | undefined;
	/** Whether a callback's signature is valid; undefined if it has none. */
	checkSignature?(rawBody: Uint8Array, headers: Readonly<Record<string, string>>, apiKey: string): boolean | undefined;
}

/** One model of one provider, ready for use: definition and adapter joined. */
export interface Provider extends ProviderFacts, ModelRules, Omit<ProviderAdapter, 'fixedFields' | 'status'> {
	readonly model: ModelName;
	/** This provider with each of its models, the default one first. */
	readonly models: readonly Provider[];
	fixedFields(task: GenerateTask): Record<string, JsonValue>;
	/** The path to which a task is submitted; the option Model ID may replace the model's name in it. */
	submitPath(task: GenerateTask): string;
	status(taskId: string, overrides: ReadOverrides): ApiRequest;
	/** The task ids that a status reply names; empty if it names none. */
	readTaskIds(body: JsonObject): string[];
	/** A portable request in this provider's own values (always for the default model), or why it cannot take it. */
	express(request: PortableRequest): Expressed;
}
