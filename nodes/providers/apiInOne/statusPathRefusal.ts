const placeholder = '{taskId}';
const example = `e.g. /tasks/${placeholder}`;

/** Whether a path has a `.` or `..` segment in any form that the URL parser accepts, such as backslashes or %2e. */
function hasDotSegment(path: string): boolean {
	const [way = ''] = path.split('?');
	return way
		.replace(/%2e/gi, '.')
		.split(/[/\\]|%2f|%5c/i)
		.some((step) => step === '.' || step === '..');
}

/** Why this Status Path cannot be used; undefined if it can. */
export function statusPathRefusal(path: string): string | undefined {
	if (path === '') return undefined;
	if (/^([a-z][a-z0-9+.-]*:)?[/\\]{2}/i.test(path)) return `must be a path below the Base URL of the credential, ${example}`;
	if (!path.includes(placeholder)) return `must contain ${placeholder} in place of the task ID, ${example}`;
	if (path.includes('#')) return `must have no #, because nothing after it is sent, ${example}`;
	if (path.indexOf('?') !== path.lastIndexOf('?')) return `must have at most one ?, ${example}`;
	if (/[\s\\\p{Cc}]/u.test(path)) return `must have no space, line break or backslash, ${example}`;
	return hasDotSegment(path) ? `must not leave the Base URL of the credential with . or .. as a step, ${example}` : undefined;
}
