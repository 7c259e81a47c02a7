/** A seeded source of numbers (mulberry32): the same seed plays the same durations and ids. */
export interface Random {
	/** From 0 to just below 1. */
	next(): number;
	between(low: number, high: number): number;
	digits(count: number): string;
	hex(count: number): string;
	uuid(): string;
}

export function createRandom(seed: number): Random {
	let state = seed >>> 0;
	const next = (): number => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
	};
	const text = (alphabet: string, count: number): string => Array.from({ length: count }, () => alphabet.charAt(Math.floor(next() * alphabet.length))).join('');
	const hex = (count: number): string => text('0123456789abcdef', count);
	return {
		next,
		between: (low, high) => low + next() * (high - low),
		digits: (count) => text('123456789', 1) + text('0123456789', count - 1),
		hex,
		uuid: () => `${hex(8)}-${hex(4)}-4${hex(3)}-${text('89ab', 1)}${hex(3)}-${hex(12)}`,
	};
}

/** A stable number for a text. */
export function hashText(text: string): number {
	let hash = 2_166_136_261;
	for (let index = 0; index < text.length; index++) {
		hash = Math.imul(hash ^ text.charCodeAt(index), 16_777_619) >>> 0;
	}
	return hash;
}
