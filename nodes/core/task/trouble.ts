import { quote } from '../text';

interface Kind {
	reason: string;
	/** A provider that answers says more than a connection that fails. */
	isReply: boolean;
	count: number;
}

/** What kept going wrong, by what was said, in the order in which it was first seen. */
export type Trouble = readonly Kind[];

/** A reply may hold a different text each time. */
const mostKinds = 10;
const longestReason = 200;

export const noTrouble = (): Trouble => [];

export function addTrouble(trouble: Trouble, reason: string, isReply: boolean): Trouble {
	// A quoted text is one line of bounded length; the quotation marks are not wanted here.
	const short = quote(reason.trim(), longestReason).slice(1, -1);
	const same = trouble.find((one) => one.reason === short);
	const others = trouble.filter((one) => one !== same);
	return [...others, { reason: short, isReply, count: (same?.count ?? 0) + 1 }].slice(-mostKinds);
}

/** The most informative trouble: a reply before a connection that failed, then the most frequent, then the latest. */
export function describeTrouble(trouble: Trouble): string | undefined {
	const [main] = [...trouble].reverse().sort((one, other) => Number(other.isReply) - Number(one.isReply) || other.count - one.count);
	if (main === undefined) return undefined;
	const times = main.count > 1 ? `, ${main.count} times` : '';
	return `${main.isReply ? 'last reply: ' : ''}${main.reason}${times}`;
}
