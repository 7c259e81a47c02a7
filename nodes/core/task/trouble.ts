import { quote } from '../text';

interface Kind {
	reason: string;
	/** Whether it was a reply: a provider's reply says more than a failed connection. */
	isReply: boolean;
	count: number;
}

/** What went wrong, and how often, by its text; the latest comes last. */
export type Trouble = readonly Kind[];

/** Each reply may have a different text, so the number of texts is limited. */
const mostKinds = 10;
const longestReason = 200;

export const noTrouble = (): Trouble => [];

export function addTrouble(trouble: Trouble, reason: string, isReply: boolean): Trouble {
	// `quote` makes one line of limited length; the quotation marks are removed.
	const short = quote(reason.trim(), longestReason).slice(1, -1);
	const same = trouble.find((one) => one.reason === short);
	const others = trouble.filter((one) => one !== same);
	return [...others, { reason: short, isReply, count: (same?.count ?? 0) + 1 }].slice(-mostKinds);
}

/** The most informative trouble: a reply counts more than a failed connection, then the most frequent, then the latest. */
export function describeTrouble(trouble: Trouble): string | undefined {
	const [main] = [...trouble].reverse().sort((one, other) => Number(other.isReply) - Number(one.isReply) || other.count - one.count);
	if (main === undefined) return undefined;
	const times = main.count > 1 ? `, ${main.count} times` : '';
	return `${main.isReply ? 'last reply: ' : ''}${main.reason}${times}`;
}
