/** Invisible characters that come with copied text: zero-width characters, fillers, variation selectors, byte-order marks. */
const invisible = /[\s\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}\p{Cs}\u2800]/u;

/** A text without blank and invisible characters at its ends, nor those of `others`. */
export function trimInvisible(text: string, others = ''): string {
	const characters = [...text];
	const goes = (character = ''): boolean => invisible.test(character) || others.includes(character);
	let start = 0;
	let end = characters.length;
	while (start < end && goes(characters[start])) start++;
	while (end > start && goes(characters[end - 1])) end--;
	return characters.slice(start, end).join('');
}

/** A text as a person sees it: nothing where all of it is invisible, and no halves of characters or control characters but tabs and line breaks. */
export function cleanText(text: string): string {
	// Accents without a letter below them show nothing a person could mean.
	if (trimInvisible(text.replace(/\p{M}+/gu, '')) === '') return '';
	return text
		.replace(/\r\n?/g, '\n')
		.replace(/(?![\t\n])[\p{Cc}\p{Cs}\ufeff]/gu, '')
		.trim();
}
