export type JsonKind = 'text' | 'number' | 'boolean' | 'list' | 'object' | 'null';
export type Word = string | number;

export interface FieldContract {
	is: readonly JsonKind[];
	/** Must be there: always, or with these status words. If an object is missing, the fields inside it are not reported too. */
	required?: true | readonly Word[];
	/** The only values that are described. */
	words?: readonly Word[];
	/** A text that contains JSON, which is described below `path(json)`. */
	json?: true;
	/** May contain anything, such as a repetition of the request. */
	free?: true;
}

export interface ReplyContract {
	/** By dotted path; `[]` stands for the entries of a list. */
	fields: Readonly<Record<string, FieldContract>>;
	/** Where the status word is. */
	wordPath?: string;
	/** Nothing is described beyond the fields above, always or with these words: any other field is new information, not a difference. */
	undescribed?: true | readonly Word[];
}

export const text: FieldContract = { is: ['text'] };
export const number: FieldContract = { is: ['number'] };
export const object: FieldContract = { is: ['object'] };
export const list: FieldContract = { is: ['list'] };
export const textOrNull: FieldContract = { is: ['text', 'null'] };
export const always = (field: FieldContract): FieldContract => ({ ...field, required: true });
export const beside = (field: FieldContract, ...words: Word[]): FieldContract => ({ ...field, required: words });
export const oneOfWords = (...words: Word[]): FieldContract => ({
	is: [typeof words[0] === 'number' ? 'number' : 'text'],
	required: true,
	words,
});

export const keyNotRejected =
	'No free request proves a key here: the test asked for a task that does not exist, and the key was not rejected. It proves no more than that.';
