import pLimit, { type Limit } from 'p-limit';

/** How many deliveries of one node run at the same time in this process. */
const mostAtOnce = 10;

interface Turns {
	limit: Limit;
	/** Deliveries running or waiting. */
	count: number;
}

const turnsByNode = new Map<string, Turns>();

/**
 * n8n runs webhook() for every call at once, and providers may call hundreds of times within a second. This limits how many of
 * these calls fetch and store images at the same time. Each node has its own limit, so a slow image host delays no other
 * workflow. It keeps no state of tasks, only the number of deliveries.
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
