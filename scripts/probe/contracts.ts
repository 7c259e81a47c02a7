import type { ProviderId } from '../../nodes/providers';
/**
 * What each provider's replies hold, as docs/providers.md and the pages named there describe them. Written apart from the
 * adapters: these say what must be there, the adapters what can be read.
 */

export type JsonKind = 'text' | 'number' | 'boolean' | 'list' | 'object' | 'null';
export type Word = string | number;

export interface FieldContract {
	is: readonly JsonKind[];
	/** Has to be there: always, or beside these status words. What is inside a missing object is not missed as well. */
	required?: true | readonly Word[];
	/** The only values that are described. */
	words?: readonly Word[];
	/** A text that holds JSON; what is inside stands below `path(json)`. */
	json?: true;
	/** Holds anything, such as an echo of the request. */
	free?: true;
}

export interface ReplyContract {
	/** By dotted path; `[]` stands for the entries of a list. */
	fields: Readonly<Record<string, FieldContract>>;
	/** Where the status word is. */
	wordPath?: string;
	/** Nothing is described beyond the fields above, always or beside these words: more is an answer, no drift. */
	undescribed?: true | readonly Word[];
}

export interface ProviderContract {
	/** What a passed credential test proves. */
	proves: string;
	account: ReplyContract;
	submit: ReplyContract;
	status: ReplyContract;
}

const text: FieldContract = { is: ['text'] };
const number: FieldContract = { is: ['number'] };
const object: FieldContract = { is: ['object'] };
const list: FieldContract = { is: ['list'] };
const textOrNull: FieldContract = { is: ['text', 'null'] };
const always = (field: FieldContract): FieldContract => ({ ...field, required: true });
const beside = (field: FieldContract, ...words: Word[]): FieldContract => ({ ...field, required: words });
const oneOf = (...words: Word[]): FieldContract => ({
	is: [typeof words[0] === 'number' ? 'number' : 'text'],
	required: true,
	words,
});

const notRejected = 'No free request proves a key here: the test asked for a task that does not exist, and the key was not rejected. It proves no more than that.';

const pixwithEnvelope = { code: oneOf(1), message: text, data: always(object) };
const apixoEnvelope = { code: oneOf(200), message: always(text) };

export const contracts: Readonly<Record<ProviderId, ProviderContract>> = {
	apiInOne: {
		proves: notRejected,
		account: {
			fields: { error: object, 'error.code': number, 'error.message': text, 'error.type': text },
			undescribed: true,
		},
		submit: {
			fields: {
				code: oneOf(200),
				message: text,
				data: always(object),
				'data.task_id': always(text),
				'data.status': oneOf('IN_PROGRESS'),
			},
		},
		// Only the path and the words are documented; that the envelope is the submit's is an assumption.
		status: {
			fields: { code: number, message: text, data: always(object), 'data.task_id': text, 'data.status': oneOf('IN_PROGRESS', 'completed', 'failed') },
			wordPath: 'data.status',
			undescribed: true,
		},
	},

	apiframe: {
		proves: 'Apiframe named the account of the key: the key is valid.',
		account: {
			fields: {
				user: always(object),
				'user.id': always(text),
				'user.email': always(text),
				'user.role': always(text),
				team: always({ is: ['object', 'null'] }),
				'team.id': always(text),
				'team.name': always(text),
				'team.credits': always(number),
				'team.plan': always(textOrNull),
				'team.customerId': always(textOrNull),
				apiKey: always({ is: ['object', 'null'] }),
				'apiKey.id': always(text),
				'apiKey.name': always(textOrNull),
				'apiKey.prefix': always(text),
			},
		},
		submit: {
			// A repeated Idempotency-Key may be answered with any of them.
			fields: { jobId: always(text), status: oneOf('QUEUED', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED') },
		},
		status: {
			fields: {
				id: always(text),
				status: oneOf('QUEUED', 'PROCESSING', 'COMPLETED', 'FAILED', 'CANCELLED'),
				model: always(text),
				progress: always({ is: ['number', 'null'] }),
				// Two forms are published: a URL, and an object with `images`.
				result: beside({ is: ['text', 'object', 'list', 'null'] }, 'COMPLETED'),
				'result[]': text,
				'result.images': beside(list, 'COMPLETED'),
				'result.images[]': text,
				error: beside(textOrNull, 'FAILED'),
				creditCost: always({ is: ['number', 'null'] }),
				webhookStatus: textOrNull,
				createdAt: always(text),
				completedAt: beside(textOrNull, 'COMPLETED'),
				input: { is: ['object', 'null'], free: true },
				expired: { is: ['boolean'] },
			},
			wordPath: 'status',
		},
	},

	apixo: {
		proves: 'APIXO told the balance of the key: the key is valid.',
		account: { fields: { ...apixoEnvelope, data: always(number) } },
		submit: { fields: { ...apixoEnvelope, data: always(object), 'data.taskId': always(text) } },
		status: {
			fields: {
				...apixoEnvelope,
				data: always(object),
				// Described with the callback, which has the envelope of a status reply.
				'data.taskId': text,
				'data.state': oneOf('pending', 'processing', 'success', 'failed'),
				'data.createTime': beside(number, 'processing', 'success'),
				'data.completeTime': beside(number, 'success'),
				'data.costTime': beside(number, 'success'),
				'data.resultJson': beside({ ...text, json: true }, 'success'),
				'data.resultJson(json).resultUrls': beside(list, 'success'),
				'data.resultJson(json).resultUrls[]': text,
				'data.failCode': beside(text, 'failed'),
				'data.failMsg': beside(text, 'failed'),
			},
			wordPath: 'data.state',
		},
	},

	pixelDojo: {
		proves: notRejected,
		account: { fields: {}, undescribed: true },
		submit: {
			fields: {
				jobId: always(text),
				status: oneOf('pending'),
				statusUrl: always(text),
				creditCost: always(number),
				creditsRemaining: always(number),
				expiresAt: always(text),
			},
		},
		status: {
			fields: {
				jobId: text,
				// `processing` is an assumption, `failed` comes from client libraries.
				status: oneOf('pending', 'processing', 'completed', 'failed'),
				output: beside(object, 'completed'),
				'output.images': beside(list, 'completed'),
				'output.images[]': text,
				creditCost: beside(number, 'completed'),
				expiresAt: beside(text, 'completed'),
			},
			wordPath: 'status',
			undescribed: ['pending', 'processing', 'failed'],
		},
	},

	pixwith: {
		proves: 'PixWith told the credits of the key: the key is valid.',
		account: { fields: { ...pixwithEnvelope, 'data.credits': always(number) } },
		submit: { fields: { ...pixwithEnvelope, 'data.task_id': always(text), 'data.estimated_time': always(number) } },
		status: {
			fields: {
				...pixwithEnvelope,
				'data.task_id': always(text),
				'data.status': oneOf(1, 2, 3),
				'data.result_urls': beside(list, 2),
				'data.result_urls[]': text,
			},
			wordPath: 'data.status',
			// No field for the reason of a failure is documented.
			undescribed: [3],
		},
	},
};
