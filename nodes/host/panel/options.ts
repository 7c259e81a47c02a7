import { pickBy } from 'lodash';
import { z } from 'zod';

import { isJsonObject } from '../../core/json';

/** The collection "Options" of Generate and Wait for Task, checked. Seconds are decimal, sizes are MB. */
export interface Options {
	downloadImages: boolean;
	outputBinaryField: string;
	outputMode: 'itemPerImage' | 'itemPerTask';
	fileName: string;
	/** 0 keeps the provider's pace. */
	pollInterval: number;
	timeout: number;
	concurrency: number;
	/** 0: no limit. */
	maxTasksInFlight: number;
	maxFileSize: number;
	dryRun: boolean;
	/** 0: none. */
	spendingLimit: number;
	allowUnknownCost: boolean;
	submitAgainIfUnknown: boolean;
	allowPrivateCallbackUrl: boolean;
	stylePreset: string;
	additionalFields: unknown;
	statusPath: string;
	resultPath: string;
	taskProvider: string;
}

export const defaultOptions: Options = {
	downloadImages: true,
	outputBinaryField: 'data',
	outputMode: 'itemPerImage',
	fileName: '',
	pollInterval: 0,
	timeout: 600,
	concurrency: 20,
	maxTasksInFlight: 0,
	maxFileSize: 50,
	dryRun: false,
	spendingLimit: 0,
	allowUnknownCost: false,
	submitAgainIfUnknown: false,
	allowPrivateCallbackUrl: false,
	stylePreset: 'none',
	additionalFields: {},
	statusPath: '',
	resultPath: '',
	taskProvider: '',
};

const yesOrNo = (name: string) =>
	z.preprocess(
		(value) => (value === 'true' ? true : value === 'false' ? false : value),
		z.boolean({ message: `${name} must be true or false` }),
	);

function amount(name: string, minimum: number, whole: boolean) {
	const message = `${name} must be a ${whole ? 'whole ' : ''}number of at least ${minimum}`;
	const number = z.number({ message }).finite({ message }).min(minimum, { message });
	return z.preprocess(
		(value) => (typeof value === 'string' && /^\s*\d+(\.\d+)?\s*$/.test(value) ? Number(value) : value),
		whole ? number.int({ message }) : number,
	);
}

const text = (name: string) =>
	z.preprocess(
		(value) => (typeof value === 'number' ? String(value) : (value ?? '')),
		z.string({ message: `${name} must be text` }),
	);

const fieldName = 'Put Output File in Field must be a name such as data, without spaces or dots';

const schema = z.object({
	downloadImages: yesOrNo('Download Images'),
	outputBinaryField: z.string({ message: fieldName }).regex(/^(?!__proto__$)[^\s.]+$/, { message: fieldName }),
	outputMode: z.enum(['itemPerImage', 'itemPerTask'], {
		message: 'Output Mode must be one of itemPerImage, itemPerTask',
	}),
	fileName: text('File Name'),
	pollInterval: amount('Poll Interval', 0, false),
	timeout: amount('Timeout', 0, false),
	concurrency: amount('Concurrency', 1, true),
	maxTasksInFlight: amount('Max Tasks in Flight', 0, true),
	maxFileSize: amount('Max File Size', 0.001, false),
	dryRun: yesOrNo('Dry Run'),
	spendingLimit: amount('Spending Limit', 0, false),
	allowUnknownCost: yesOrNo('Allow Unknown Cost'),
	submitAgainIfUnknown: yesOrNo('Submit Again if Unknown'),
	allowPrivateCallbackUrl: yesOrNo('Allow Private Callback URL'),
	stylePreset: text('Style Preset'),
	additionalFields: z.unknown(),
	statusPath: text('Status Path'),
	resultPath: text('Result Path'),
	taskProvider: text('Task Provider'),
});

/** Fills in defaults, also where there is a fault, and names every fault. `given` holds what stands outside the collection (Wait for Task's Timeout). */
export function checkOptions(
	raw: unknown,
	given: Readonly<Record<string, unknown>> = {},
): { options: Options; faults: string[] } {
	const typed = { ...defaultOptions, ...(isJsonObject(raw) ? raw : {}), ...given };
	const result = schema.safeParse(typed);
	if (result.success) return { options: { ...defaultOptions, ...(result.data as Options) }, faults: [] };
	const { issues } = result.error;
	// The others stay as they are: what is checked next must not find faults in values that nobody typed.
	const faulty = new Set(issues.map((issue) => String(issue.path[0])));
	const cured = schema.parse({ ...typed, ...pickBy(defaultOptions, (_, name) => faulty.has(name)) });
	return { options: { ...defaultOptions, ...(cured as Options) }, faults: [...new Set(issues.map((issue) => issue.message))] };
}

/** n8n drops the files of a tool that an AI Agent calls, so they are not fetched. */
export function withoutFiles(options: Options): Options {
	return { ...options, downloadImages: false };
}
