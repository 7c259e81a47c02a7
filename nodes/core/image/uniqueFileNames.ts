export interface WishedName {
	name: string;
	/** Given before: it stays, and others keep out of its way. */
	fixed: boolean;
}

/** What one file system takes for one name: Windows and macOS do not tell case, macOS no way of writing an accent. */
const sameName = (name: string): string => name.toUpperCase().normalize('NFC');

function numbered(name: string, number: number): string {
	const dot = name.lastIndexOf('.');
	return dot < 1 ? `${name}-${number}` : `${name.slice(0, dot)}-${number}${name.slice(dot)}`;
}

/**
 * Names that no two files share, in the order of the wishes. The first one to wish for a name gets it, the next get "-2",
 * "-3" … before the ending; a number that makes a name which somebody else wishes for is left out.
 */
export function uniqueFileNames(wishes: readonly WishedName[]): string[] {
	const wished = new Set(wishes.map(({ name }) => sameName(name)));
	const taken = new Set(wishes.filter(({ fixed }) => fixed).map(({ name }) => sameName(name)));
	const lastNumbers = new Map<string, number>();
	return wishes.map(({ name, fixed }) => {
		if (fixed) return name;
		const key = sameName(name);
		if (!taken.has(key)) {
			taken.add(key);
			return name;
		}
		for (let number = (lastNumbers.get(key) ?? 1) + 1; ; number++) {
			const free = numbered(name, number);
			const freeKey = sameName(free);
			if (wished.has(freeKey) || taken.has(freeKey)) continue;
			taken.add(freeKey);
			lastNumbers.set(key, number);
			return free;
		}
	});
}
