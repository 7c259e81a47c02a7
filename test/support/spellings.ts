const bytesOf = (text: string): number[] => [...Buffer.from(text)];
const hex = (value: number, digits = 2): string => value.toString(16).padStart(digits, '0');
export const each = (text: string, write: (character: string) => string): string => [...text].map(write).join('');

/** How JSON, URLs, HTML and other formats write a text, by the format's name. */
export const spellings: ReadonlyArray<readonly [name: string, write: (text: string) => string]> = [
	['as it is', (text) => text],
	['in capitals', (text) => text.toUpperCase()],
	['in JSON', (text) => JSON.stringify(text).slice(1, -1)],
	['in JSON with slashes escaped', (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/')],
	['in JSON within JSON', (text) => JSON.stringify(JSON.stringify(text)).slice(3, -3)],
	['in JSON of ASCII alone', (text) => each(text, (one) => `\\u${hex(one.charCodeAt(0), 4)}`)],
	['in JSON of ASCII in capitals', (text) => each(text, (one) => `\\u${hex(one.charCodeAt(0), 4).toUpperCase()}`)],
	['in JavaScript', (text) => each(text, (one) => `\\u{${hex(one.charCodeAt(0), 1)}}`)],
	[
		'in Python',
		(text) =>
			each(text, (one) =>
				bytesOf(one)
					.map((byte) => `\\x${hex(byte)}`)
					.join(''),
			),
	],
	['in a URL', encodeURIComponent],
	['in a URL in lower case', (text) => encodeURIComponent(text).toLowerCase()],
	[
		'in a URL, all of it',
		(text) =>
			each(text, (one) =>
				bytesOf(one)
					.map((byte) => `%${hex(byte)}`)
					.join(''),
			),
	],
	['in a URL, in part', (text) => each(text, (one) => (/[/+é]/.test(one) ? encodeURIComponent(one).toLowerCase() : one))],
	['in a URL twice', (text) => encodeURIComponent(encodeURIComponent(text))],
	['in a URL in JSON', (text) => each(text, (one) => encodeURIComponent(one).replaceAll('%', '\\u0025'))],
	['in a form that was read', (text) => text.replaceAll('+', ' ')],
	[
		'in HTML by name',
		(text) =>
			each(
				text,
				(one) => ({ '/': '&sol;', '+': '&plus;', '=': '&equals;', '"': '&quot;', '&': '&amp;', _: '&lowbar;', '-': '&hyphen;', '.': '&period;' })[one] ?? one,
			),
	],
	['in HTML by number', (text) => each(text, (one) => `&#${one.charCodeAt(0)};`)],
	['in HTML by hex number', (text) => each(text, (one) => `&#x00${hex(one.charCodeAt(0)).toUpperCase()};`)],
	['in HTML twice', (text) => each(text, (one) => `&amp;#${one.charCodeAt(0)};`)],
	['in HTML with places to break', (text) => `${text.slice(0, 7)}<wbr>${text.slice(7, 9)}\u00ad${text.slice(9)}`],
	['in HTML with an empty tag', (text) => `${text.slice(0, 7)}<>${text.slice(7)}`],
	['in HTML with colors', (text) => `${text.slice(0, 7)}</span><span class="${'token '.repeat(15)}">${text.slice(7)}`],
	[
		'in e-mail',
		(text) =>
			each(text, (one) =>
				bytesOf(one)
					.map((byte) => `=${hex(byte).toUpperCase()}`)
					.join(''),
			),
	],
	['in hex', (text) => Buffer.from(text).toString('hex')],
	['in base64', (text) => Buffer.from(text).toString('base64').replace(/.?=*$/, '')],
	['in base64 for URLs', (text) => Buffer.from(text).toString('base64url').slice(0, -1)],
];
