/** Far longer than any provider's ids. The limit keeps long texts out of paths, messages and saved items. */
const longestTaskId = 256;

/** The texts that programs print for a missing value. No task has such an id. */
const nothing = /^(null|undefined|none|nan|true|false|n\/a|-|\[object \w+\])$/i;

/**
 * Whether a text can be the id of a task. It becomes part of a path: `.` and `..` would lead to another path, and invisible
 * characters and line breaks are never part of an id.
 */
export function isTaskId(text: string): boolean {
	return !nothing.test(text) && text !== '' && text !== '.' && text !== '..' && text.length <= longestTaskId && !/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}]/u.test(text);
}
