/** The first that any of several searches finds; undefined if none finds anything. A failure before that rejects the whole search. */
export async function firstFound<Result>(searches: ReadonlyArray<Promise<Result | undefined>>): Promise<Result | undefined> {
	return await new Promise((resolve, reject) => {
		for (const search of searches) {
			search.then((found) => {
				if (found !== undefined) resolve(found);
			}, reject);
		}
		Promise.all(searches).then(() => resolve(undefined), reject);
	});
}
