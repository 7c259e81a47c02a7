/**
 * No finished or failed reply of API in One is documented, so for this provider, synonyms are recognized: the words that
 * gateways of this kind use, in lower case with underscores.
 */
const meanings = {
	pending: 'pending queued queuing queueing waiting wait submitted created starting in_queue not_started processing in_progress running generating started',
	succeeded: 'success succeeded succeed completed complete done finished',
	failed: 'failed fail failure error errored cancelled canceled expired timeout timed_out rejected content_violation',
} as const;

export type Meaning = keyof typeof meanings;

const meaningOf = new Map(Object.entries(meanings).flatMap(([meaning, words]) => words.split(' ').map((word) => [word, meaning as Meaning])));

export function meaningOfWord(word: string): Meaning | undefined {
	return meaningOf.get(
		word
			.trim()
			.toLowerCase()
			.replace(/[-\s]+/g, '_'),
	);
}
