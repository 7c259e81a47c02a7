export interface Rounds {
	/** Whether a call for this key would join a round or wait for one. */
	isBusy(key: string): boolean;
	/** `taskId`: the task that the call names. */
	run<Result>(key: string, taskId: string | undefined, check: (named: ReadonlySet<string>) => Promise<Result | undefined>): Promise<Result | undefined>;
}

/**
 * Runs a round of status checks for each call, but only one at a time for each key. A call that arrives while a round waits to
 * start joins it. If a round finds a result, the round that waits for it is skipped. The state kept here can be lost without
 * harm: the next call then starts its own round.
 */
export function createRounds(): Rounds {
	/** The tasks named by the calls of the round that has not started yet. */
	const next = new Map<string, Set<string>>();
	/** Resolves at the end of the last round: whether a result was found. */
	const last = new Map<string, Promise<boolean>>();

	const run: Rounds['run'] = async (key, taskId, check) => {
		const joined = next.get(key);
		if (joined !== undefined) {
			if (taskId !== undefined) joined.add(taskId);
			return undefined;
		}
		const named = new Set(taskId === undefined ? [] : [taskId]);
		next.set(key, named);
		const before = last.get(key) ?? Promise.resolve(false);
		const round = before.then(async (isOver) => {
			next.delete(key);
			return { isOver, found: isOver ? undefined : await check(named) };
		});
		const ended = round.then(
			({ isOver, found }) => isOver || found !== undefined,
			() => false,
		);
		last.set(key, ended);
		try {
			return (await round).found;
		} finally {
			if (last.get(key) === ended) last.delete(key);
		}
	};
	return { isBusy: (key) => last.has(key), run };
}
