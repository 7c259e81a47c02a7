export interface Rounds {
	/** Whether a call for this key would join a round or wait behind one. */
	isBusy(key: string): boolean;
	/** `taskId`: the task that the call names. */
	run<Result>(key: string, taskId: string | undefined, check: (named: ReadonlySet<string>) => Promise<Result | undefined>): Promise<Result | undefined>;
}

/**
 * Runs a round of status checks for every call, but never two at a time for the same key: a call that comes while one waits
 * joins it, because that round will see all that the call is about; the one behind a round that has found what it looked
 * for is left out. Nothing is lost with what is kept here: a call that finds nothing starts a round of its own.
 */
export function createRounds(): Rounds {
	/** The tasks that the round that has not begun yet is about. */
	const next = new Map<string, Set<string>>();
	/** The end of the last round, and whether everything was found. */
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
