import pLimit, { type Limit } from 'p-limit';

/** Deliveries of one node at the same time in this process. */
const mostAtOnce = 10;

interface Turns {
	limit: Limit;
	/** Deliveries at work or waiting. */
	count: number;
}

const turnsByNode = new Map<string, Turns>();

/**
 * n8n runs webhook() for every call at once, and providers may call hundreds of times within a second. This bounds how many of
 * these calls fetch and store images at the same time, for each node by itself: an image host that is slow holds up no other
 * workflow. It holds no facts, only who is at work.
 */
export async function deliveryTurn<Result>(nodeKey: string, deliver: () => Promise<Result>): Promise<Result> {
	const turns = turnsByNode.get(nodeKey) ?? { limit: pLimit(mostAtOnce), count: 0 };
	turnsByNode.set(nodeKey, turns);
	turns.count += 1;
	try {
		return await turns.limit(deliver);
	} finally {
		turns.count -= 1;
		if (turns.count === 0) turnsByNode.delete(nodeKey);
	}
}
