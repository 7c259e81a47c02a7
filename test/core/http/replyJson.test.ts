import { replyJson } from '../../../nodes/core/http/replyJson';

const reply = { code: 200, data: { taskId: 'task_1' } };
const json = JSON.stringify(reply);

test.each<[string, string]>([
	['as it is', json],
	['that was written out twice', JSON.stringify(json)],
	['behind a byte order mark', `\ufeff${json}`],
	['behind a warning of the server', `<br />\n<b>Warning</b>: Undefined index in <b>/app/api.php</b> on line <b>7</b><br />\n${json}`],
	['behind a guard against scripts', `)]}',\n${json}`],
	['as an event', `event: message\ndata: ${json}\n\n`],
	['as the argument of a callback', `callback(${json});`],
	['before a comment', `${json}\n<!-- 0.12 s -->`],
])('JSON %s is read', (_, text) => {
	expect(replyJson(text)).toEqual(reply);
});

test.each<[string, unknown]>([
	['{"code":1,"data":{"task_id":"t1","estimated_time":NaN,"left":-Infinity}}', { code: 1, data: { task_id: 't1', estimated_time: null, left: null } }],
	['{"a":"NaN, \\" NaN","b":[NaN,Infinity]}', { a: 'NaN, " NaN', b: [null, null] }],
	['[{"id":2064875200729235458}]', [{ id: '2064875200729235458' }]],
	['x {"id":2064875200729235458}', { id: '2064875200729235458' }],
])('%s', (text, value) => {
	expect(replyJson(text)).toEqual(value);
});

test.each([
	['a page', `<!doctype html><html><script type="application/ld+json">{"id":"page_1"}</script></html>`],
	['a page in capitals', `<HTML><BODY>{"id":"page_1"}</BODY></HTML>`],
	['a script', `<script>window.state = {"id":"page_1"}</script>`],
	['several objects', '{"id":"a"}\n{"id":"b"}'],
	['an object that is broken off', '{"data":{"taskId":"task_1"'],
	['an object that is broken off behind another text', 'data: {"data":{"taskId":"task_1"'],
	['a text', 'One moment {please}'],
	['nothing', ''],
])('%s is no reply', (_, text) => {
	expect(replyJson(text)).toBeUndefined();
});

test.each<[string, string]>([
	['deep', `{${'{"a":'.repeat(800_000)}`],
	['full of braces', `x${'}{'.repeat(2_000_000)}`],
	['full of escaped quotes', `{${'\\"'.repeat(2_000_000)}}`],
	['a text that is not closed', `x{"${'a'.repeat(4_000_000)}}`],
	['full of numbers', `{${'-NaN'.repeat(1_000_000)}`],
	['full of tags', `${'<'.repeat(4_000_000)}{}{}`],
])('4 MB that is %s is searched in no time', (_, text) => {
	const start = performance.now();
	expect(replyJson(text)).toBeUndefined();
	expect(performance.now() - start).toBeLessThan(3000);
});
