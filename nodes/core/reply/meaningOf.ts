import type { FailureKind } from '../failure/failure';
import { readableCode } from '../failure/subjectOf';
import type { Words } from '../provider/provider';
import { refusalRules, type RefusalRule } from './refusalRules';

export interface Meaning {
	kind: FailureKind;
	/** Whether such words also occur in failures of other kinds. */
	isVague: boolean;
}

export interface ReplyContext {
	/** The HTTP status, or its equivalent in the envelope. */
	status?: number | 'refused' | 'complaint' | undefined;
	/** Texts that were sent (the prompt), which a reply may quote. They say nothing about the refusal, so they are ignored. */
	sent?: readonly string[];
}

/** Shorter texts occur in sentences by chance. */
const shortestEcho = 8;
/** For a longer text, its first characters are enough to recognize a quote, because providers cut quotes off. */
const shortestPart = 20;

const onOneLine = (text: string): string =>
	text
		.replace(/\\[nrt]|\s+/g, ' ')
		.replaceAll('\\"', '"')
		.trim();

/** Removes what a reply quotes of a sent text, even if the quote is cut off. */
function withoutEcho(message: string, sent: string): string {
	const start = sent.slice(0, shortestPart);
	let rest = message;
	for (let at = rest.indexOf(start); at >= 0; at = rest.indexOf(start, at + 1)) {
		let length = start.length;
		while (length < sent.length && rest[at + length] === sent[length]) length += 1;
		rest = `${rest.slice(0, at)} ${rest.slice(at + length)}`;
	}
	return rest;
}

/** "prompt": "…" and the like, for when the text itself is not known. */
const quotedPrompt = /\b(prompt|text|caption|description|query)\W{0,6}["`“「][^"`”」]{12,}["`”」]/gi;

/** Clauses about the cost of a failed task: "credits were refunded" does not mean an empty account. */
const aboutRefund =
	/[^.;,!?。；，]{0,80}\b(refund\w*|(not|n[o']t|never) (be |been )?(charged|deducted|billed)|no (credits?|charges?|funds|points) (was|were|have been|has been|will be) \w+|credits? (was|were|have been|has been|will be) (returned|restored))\b[^.;,!?。；，]{0,80}|[^。；，]{0,40}(退还|退還|退回|返还|未扣)[^。；，]{0,40}/gi;

/** A message on one line, without what it quotes of the texts that were sent. */
function ownWords(message: string, sent: readonly string[]): string {
	const echoes = sent.map(onOneLine).filter((text) => text.length >= shortestEcho);
	return echoes.reduce(withoutEcho, onOneLine(message));
}

/** The provider's own words, without what they quote of the texts that were sent. */
export function withoutEchoes(words: Words, sent: readonly string[]): Words {
	return words.message === undefined ? words : { ...words, message: ownWords(words.message, sent) };
}

function plainText({ code = '', message = '' }: Words, sent: readonly string[]): string {
	const own = ownWords(message, sent);
	return readableCode(`${code}; ${own.replace(quotedPrompt, ' ')}`)
		.replace(/https?:\/\/\S+/gi, ' ')
		.replace(/\s+/g, ' ')
		.replace(aboutRefund, ' ');
}

function clausesOf(text: string): string[] {
	return text.split(/[;!?。；：！？]+|[.:](?=\s|$)/);
}

function fits({ says, butNot }: RefusalRule, text: string): boolean {
	if (butNot === undefined) return says.test(text);
	return clausesOf(text).some((clause) => says.test(clause) && !butNot.test(clause));
}

/** What a provider's words mean, in any of the known languages; undefined if they give no reason. */
export function meaningOf(words: Words, { status, sent = [] }: ReplyContext = {}): Meaning | undefined {
	const text = plainText(words, sent);
	const rule = refusalRules.find((one) => !(one.notBeside429 === true && status === 429) && fits(one, text));
	return rule === undefined ? undefined : { kind: rule.kind, isVague: rule.isVague === true };
}
