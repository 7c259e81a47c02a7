/** The first result of several searches; undefined if none finds anything. A search that fails before that rejects the whole. */
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
