/** No provider's ids come near it; a text of a megabyte would go into paths, messages and saved items. */
const longestTaskId = 256;

/**
 * Whether a text can be the id of a task. It becomes a part of a path: `.` and `..` would climb to another one, and what
 * nobody can see or what makes a line of its own belongs in no id.
 */
export function isTaskId(text: string): boolean {
	return text !== '' && text !== '.' && text !== '..' && text.length <= longestTaskId && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}
