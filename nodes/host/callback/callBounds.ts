import { createCheckAllowance, refillMilliseconds, type CheckAllowance } from '../../core/task/checkAllowance';

/**
 * Limits what one trigger node works on at a time in this process. Each open call costs n8n 11 MB (an isolate for
 * expressions), and anyone can call, so calls whose task no provider has confirmed have a lower limit than
 * those whose images are being fetched.
 */
const mostCalls = 200;
const mostUnconfirmed = 50;
/** Tasks that are watched for minutes, because they are not finished or their provider is unavailable. */
export const mostWatches = 20;

/** The calls that a node has in progress. */
interface Work {
	calls: number;
	unconfirmed: number;
	watches: number;
	allowance: CheckAllowance;
	/** Whether the log already says that calls are refused. */
	isFull: boolean;
	/** When its last call ended, on the clock of this process. */
	leftAt: number;
}

const workByNode = new Map<string, Work>();

export const keptNodes = (): number => workByNode.size;

/** Forgets nodes without a call whose allowance is full again: they may have been deleted. */
function dropIdle(now: number): void {
	for (const [nodeKey, { calls, leftAt }] of workByNode) if (calls === 0 && now - leftAt >= refillMilliseconds) workByNode.delete(nodeKey);
}

/** One call's place among the calls of its node. */
export interface CallPlace {
	allowance: CheckAllowance;
	/** To be called when a provider knows the task: the call then no longer counts as unconfirmed. */
	confirm(): void;
	/** Runs a watch that may take minutes; undefined if too many are running. */
	watch<Result>(work: () => Promise<Result>): Promise<Result> | undefined;
	leave(now?: number): void;
}

export interface Refused {
	/** Whether this is the first call to be refused in a row. */
	isFirst: boolean;
}

const unlimited: CheckAllowance = { take: async () => undefined, giveBack: () => undefined };

/** Admits one more call of a node, or refuses it. `isGenuine`: its signature is valid, so forged calls cannot take its place. */
export function enterCall(nodeKey: string, isGenuine = false, now = performance.now()): CallPlace | Refused {
	dropIdle(now);
	const work = workByNode.get(nodeKey) ?? { calls: 0, unconfirmed: 0, watches: 0, allowance: createCheckAllowance(), isFull: false, leftAt: now };
	workByNode.set(nodeKey, work);
	if (work.calls >= mostCalls || (work.unconfirmed >= mostUnconfirmed && !isGenuine)) {
		const isFirst = !work.isFull;
		work.isFull = true;
		return { isFirst };
	}
	work.calls += 1;
	if (!isGenuine) work.unconfirmed += 1;
	let isConfirmed = isGenuine;
	const confirm = (): void => {
		if (!isConfirmed) work.unconfirmed -= 1;
		isConfirmed = true;
	};
	return {
		allowance: isGenuine ? unlimited : work.allowance,
		confirm,
		watch(run) {
			if (work.watches >= mostWatches) return undefined;
			work.watches += 1;
			return run().finally(() => {
				work.watches -= 1;
			});
		},
		leave(leftAt = performance.now()) {
			confirm();
			work.calls -= 1;
			work.leftAt = leftAt;
			if (work.calls === 0) work.isFull = false;
		},
	};
}

export const isRefused = (entered: CallPlace | Refused): entered is Refused => 'isFirst' in entered;
