/** Invisible characters that come with copied text: zero-width characters, fillers, variation selectors, byte-order marks. */
const invisible = /[\s\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\u2800]/u;

/** Trims whitespace, invisible characters and the characters in `others` from both ends. */
export function trimInvisible(text: string, others = ''): string {
	const characters = [...text];
	const isTrimmed = (character = ''): boolean => invisible.test(character) || others.includes(character);
	let start = 0;
	let end = characters.length;
	while (start < end && isTrimmed(characters[start])) start++;
	while (end > start && isTrimmed(characters[end - 1])) end--;
	return characters.slice(start, end).join('');
}

/** Removes control characters (except tabs and line breaks) and lone surrogates; returns an empty text if nothing visible is left. */
export function cleanText(text: string): string {
	// Combining accents without a letter count as nothing.
	if (trimInvisible(text.replace(/\p{M}+/gu, '')) === '') return '';
	return text
		.replace(/\r\n?/g, '\n')
		.replace(/(?![\t\n])[\p{Cc}\p{Cs}\ufeff]/gu, '')
		.trim();
}
