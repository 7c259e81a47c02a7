import fc from 'fast-check';

/** URLs of reference images: in replies they stand below keys that echo the request, nowhere else. */
export const referenceUrls = ['https://mine.example/ref-1.png', 'http://mine.example/ref-2.jpg', 'https://mine.example/ref-3.webp?a=1,2'];
const resultUrls = [
	'https://cdn.example/1.png',
	'https://cdn.example/2.jpeg?sig=a%2Fb',
	'http://cdn.example/3.webp',
	'HTTPS://CDN.example/4',
	' https://cdn.example/5.png ',
];
const noUrls = [
	'https://',
	'http:///',
	'https://[',
	'ftp://cdn.example/1.png',
	'javascript:alert(1)',
	'data:image/png;base64,iVBORw0KGgo=',
	'//cdn.example/1.png',
	'file:///etc/passwd',
	'https:// cdn',
];

/** Keys of all contracts and of what gateways add. */
const contractKeys = [
	'code',
	'message',
	'msg',
	'data',
	'status',
	'state',
	'error',
	'task_id',
	'taskId',
	'jobId',
	'id',
	'result',
	'result_urls',
	'resultUrls',
	'resultJson',
	'output',
	'outputs',
	'images',
	'image',
	'image_url',
	'assets',
	'url',
	'urls',
	'src',
	'job',
	'details',
	'failCode',
	'failMsg',
	'fail_reason',
	'error_message',
	'errorMessage',
	'detail',
	'type',
	'creditCost',
	'creditsRemaining',
	'expiresAt',
	'estimated_time',
	'upload_url',
	'fields',
	'progress',
];
const strangeKeys = [
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'valueOf',
	'hasOwnProperty',
	'length',
	'then',
	'toJSON',
	'',
	'0',
	'a.b',
	'\u0000',
	'🦊',
];
/** What shared rules and the contracts call an echo of the request. */
const echoKeys = [
	'input',
	'param',
	'params',
	'request',
	'prompt',
	'image_input',
	'reference',
	'referenceImages',
	'reference_urls',
	'input_urls',
	'callback',
	'callbackUrl',
	'webhook_url',
	'statusUrl',
	'status_url',
];

const words = [
	'success',
	'SUCCESS',
	'succeeded',
	'completed',
	'COMPLETED',
	'done',
	'failed',
	'FAILED',
	'fail',
	'error',
	'CANCELLED',
	'canceled',
	'expired',
	'pending',
	'processing',
	'PROCESSING',
	'IN_PROGRESS',
	'in-progress',
	'queued',
	'QUEUED',
	'generating',
	'waiting',
	'unheard_of',
	'null',
	'true',
	'200',
	'1',
	'2',
	'3',
	'0',
	'Insufficient credits',
	'Credits not enough',
	'Invalid API KEY',
	'Too many requests',
	'rate_limit exceeded',
	'Too many images',
	'Task not found',
	'SensitiveContent',
	'CONTENT_VIOLATION',
	'task_1',
	'job_42',
	'2026-11-20T13:00:00Z',
];
const uglyTexts = [
	'',
	' ',
	'\t\n',
	'\u0000',
	'a\u0000b\u001b[31mred',
	'line\r\nbreak\u2028more\u0085end',
	'<html><head><title>502 Bad Gateway</title><script>var a="<";</script></head><body>x</body>',
	'<',
	'<<<<',
	'<script',
	'<b></b>',
	'\ud83e',
	'\udd8a and \ud83e',
	'🦊'.repeat(400),
	'é'.repeat(501),
	'x'.repeat(3000),
	'\u200b',
	'\u202eabc',
	'{',
	'[',
	'{"a":',
	'[[[[',
	'"',
	'%',
	'%zz',
	'$&',
	'..',
	'.',
	'../..',
	'a/b?c=d&e#f',
	'{taskId}',
	'...',
	'(',
	'\\',
];

const numbers = [
	0,
	1,
	2,
	3,
	-1,
	-0,
	0.5,
	20,
	100,
	199,
	200,
	201,
	299,
	302,
	400,
	401,
	402,
	403,
	404,
	408,
	409,
	422,
	429,
	455,
	500,
	501,
	503,
	505,
	1e21,
	-1e21,
	1e308,
	-1e308,
	5e-324,
	2 ** 53,
	2 ** 31,
	-5,
];

export const anyText = fc.oneof(
	{ weight: 8, arbitrary: fc.constantFrom(...words) },
	{ weight: 4, arbitrary: fc.constantFrom(...uglyTexts) },
	{ weight: 1, arbitrary: fc.string({ maxLength: 40 }) },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 40 }) },
	{ weight: 1, arbitrary: fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 8 }).map((codes) => String.fromCharCode(...codes)) },
);

const leaf = fc.oneof(
	{ weight: 6, arbitrary: anyText },
	{ weight: 4, arbitrary: fc.constantFrom(...resultUrls) },
	{ weight: 1, arbitrary: fc.constantFrom(...noUrls) },
	{ weight: 5, arbitrary: fc.constantFrom(...numbers) },
	{ weight: 1, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
	{ weight: 2, arbitrary: fc.constantFrom(true, false, null) },
);

const key = fc.oneof(
	{ weight: 20, arbitrary: fc.constantFrom(...contractKeys) },
	{ weight: 2, arbitrary: fc.constantFrom(...strangeKeys) },
	{ weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
);

// own keys like __proto__ stay own, as in JSON.parse
const objectOf = (pairs: ReadonlyArray<readonly [string, unknown]>): Record<string, unknown> => Object.fromEntries(pairs);

/** The request's references in the shapes that replies echo them in. */
const echoed = fc
	.tuple(fc.constantFrom(...echoKeys), fc.constantFrom(...referenceUrls), fc.integer({ min: 0, max: 5 }))
	.map(([name, url, shape]): [string, unknown] => {
		const shapes = [url, [url], { image_urls: [url] }, JSON.stringify({ input: { images: [url], url } }), [{ url }], { output: { images: [url] } }];
		return [name, shapes[shape]];
	});

/** Any JSON at all, leaning towards what the contracts say. Deep nesting comes from `deep`. */
export const { value: anyJson, object: anyObject } = fc.letrec<{ value: unknown; object: Record<string, unknown>; list: unknown[]; text: string }>((tie) => ({
	value: fc.oneof(
		{ maxDepth: 4, depthIdentifier: 'json' },
		{ weight: 8, arbitrary: leaf },
		{ weight: 6, arbitrary: tie('object') },
		{ weight: 3, arbitrary: tie('list') },
		{ weight: 1, arbitrary: tie('text') },
	),
	object: fc
		.tuple(fc.array(fc.tuple(key, tie('value')), { maxLength: 6, depthIdentifier: 'json' }), fc.array(echoed, { maxLength: 1 }))
		.map(([pairs, echoes]) => objectOf([...pairs, ...echoes])),
	list: fc.array(tie('value'), { maxLength: 4, depthIdentifier: 'json' }),
	text: tie('value').map((value) => JSON.stringify(value)),
}));

/** Nested deeper than a stack goes. */
export const deepJson = fc
	.tuple(fc.constantFrom('[', '{"data":', '{"error":', '{"images":[', '{"url":', '{"details":{"a":['), fc.constantFrom(3, 50, 20_000))
	.map(([open, depth]) => {
		const close = [...open]
			.reverse()
			.map((letter) => (letter === '[' ? ']' : letter === '{' ? '}' : ''))
			.join('');
		const value = JSON.parse(`${open.repeat(depth)}"https://cdn.example/1.png"${close.repeat(depth)}`) as object;
		// else a failing case could not be shown
		return Object.defineProperty(value, fc.toStringMethod, { value: () => `JSON.parse('${open}'.repeat(${depth}) …)` });
	});

type Path = Array<string | number>;

function pathsIn(value: unknown, path: Path = []): Path[] {
	if (typeof value !== 'object' || value === null) return [path];
	return [path, ...Object.entries(value).flatMap(([name, inner]) => pathsIn(inner, [...path, name]))];
}

function replaced(value: unknown, [name, ...rest]: Path, by: unknown): unknown {
	if (name === undefined) return by;
	if (Array.isArray(value)) return value.map((inner: unknown, index) => (String(index) === String(name) ? replaced(inner, rest, by) : inner));
	if (typeof value !== 'object' || value === null) return value;
	return objectOf(Object.entries(value).map(([own, inner]): [string, unknown] => [own, own === name ? replaced(inner, rest, by) : inner]));
}

/** A published reply with some of its places holding something else. */
export function mutationsOf(published: readonly unknown[]): fc.Arbitrary<unknown> {
	const change = fc.tuple(fc.nat(), fc.oneof({ weight: 6, arbitrary: anyJson }, { weight: 1, arbitrary: deepJson }));
	return fc.tuple(fc.constantFrom(...published), fc.array(change, { maxLength: 3 })).map(([reply, changes]) =>
		changes.reduce<unknown>((current, [index, by]) => {
			// no place below something too deep to walk
			const paths = pathsIn(reply);
			return replaced(current, paths[index % paths.length] ?? [], by);
		}, reply),
	);
}
