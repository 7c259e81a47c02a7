export interface SuggestedName {
	name: string;
	/** Whether the name is already in use: it is kept, and others must differ from it. */
	fixed: boolean;
}

/** Two names are the same if a file system treats them as the same: Windows and macOS ignore case, macOS ignores how accents are encoded. */
const sameName = (name: string): string => name.toUpperCase().normalize('NFC');

function numbered(name: string, number: number): string {
	const dot = name.lastIndexOf('.');
	return dot < 1 ? `${name}-${number}` : `${name.slice(0, dot)}-${number}${name.slice(dot)}`;
}

/**
 * Unique file names, in the order of the wanted names. The first file that wants a name gets it, the next get "-2",
 * "-3" … before the extension. A number is skipped if another file wants the resulting name.
 */
export function uniqueFileNames(suggestions: readonly SuggestedName[]): string[] {
	const wanted = new Set(suggestions.map(({ name }) => sameName(name)));
	const taken = new Set(suggestions.filter(({ fixed }) => fixed).map(({ name }) => sameName(name)));
	const lastNumbers = new Map<string, number>();
	return suggestions.map(({ name, fixed }) => {
		if (fixed) return name;
		const key = sameName(name);
		if (!taken.has(key)) {
			taken.add(key);
			return name;
		}
		for (let number = (lastNumbers.get(key) ?? 1) + 1; ; number++) {
			const free = numbered(name, number);
			const freeKey = sameName(free);
			if (wanted.has(freeKey) || taken.has(freeKey)) continue;
			taken.add(freeKey);
			lastNumbers.set(key, number);
			return free;
		}
	});
}
