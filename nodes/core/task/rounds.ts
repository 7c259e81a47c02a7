export interface Rounds {
	/** Whether a call for this key would join a round or wait behind one. */
	isBusy(key: string): boolean;
	run<Result>(
		key: string,
		announcedId: string | undefined,
		look: (announced: ReadonlySet<string>) => Promise<Result | undefined>,
	): Promise<Result | undefined>;
}

/**
 * Runs a round of looking for every call, but never two at a time for the same key: a call that comes while one waits
 * joins it, because that round will see all that the call announces; the one behind a round that has found what it
 * looked for is left out. Nothing is lost with what is kept here: a call that finds nothing starts a round of its own.
 */
export function createRounds(): Rounds {
	/** Whom the round that has not begun yet is about. */
	const next = new Map<string, Set<string>>();
	/** The end of the last round, and whether the search is over. */
	const last = new Map<string, Promise<boolean>>();

	const run: Rounds['run'] = async (key, announcedId, look) => {
		const joined = next.get(key);
		if (joined !== undefined) {
			if (announcedId !== undefined) joined.add(announcedId);
			return undefined;
		}
		const announced = new Set(announcedId === undefined ? [] : [announcedId]);
		next.set(key, announced);
		const before = last.get(key) ?? Promise.resolve(false);
		const round = before.then(async (isOver) => {
			next.delete(key);
			return { isOver, found: isOver ? undefined : await look(announced) };
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
