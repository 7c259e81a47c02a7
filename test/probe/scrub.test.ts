import { Scrubber } from '../../scripts/probe/scrub';

const key = 'k"/ey+with=signs-0123456789';

function scrubber(): Scrubber {
	const made = new Scrubber();
	made.add(key);
	made.add('task_12345678', '[task]');
	made.addAccount({ user: { email: 'jane@corp.example', name: 'Jane Roe', id: 1234567 }, plan: 'free', message: 'success' });
	return made;
}

test.each([
	[`Key ${key} is wrong`, 'Key [hidden] is wrong'],
	[`?key=${encodeURIComponent(key)}&a`, '?key=[hidden]&a'],
	[JSON.stringify({ key }), '{"key":"[hidden]"}'],
	['Task task_12345678 of Jane Roe (1234567)', 'Task [task] of [account] ([account])'],
	['write to john+x@mail.example.org.', 'write to [e-mail].'],
	['job 781c4738-6eb4-46a9-a736-247d574531ac', 'job [id]'],
	['Bearer abc.def-ghi', 'Bearer [hidden]'],
	['afk_live_4f6a8b2c9d0e, sk-***bad', '[hidden], [hidden]'],
	['see https://cdn.example.com/a/b.png?sig=1 there', 'see https://cdn.example.com/… there'],
	['connect ECONNREFUSED 10.0.0.7:8443', 'connect ECONNREFUSED [address]'],
	['two\r\nlines\u001b[2Jand\u202Emore', 'two lines [2Jand more'],
])('%j becomes %j', (text, expected) => {
	expect(scrubber().text(text)).toBe(expected);
});

test.each([
	'data.result_urls[]: text',
	'The plan is free, the call a success',
	'Finished after 31 seconds and 3 status checks with 1 image at data.resultJson(json).resultUrls[].',
	'"landscape_16_9", "sequential_image_generation_options", seedream/4.5-text-to-image',
	'n8n-nodes-seedream 0.1.0 on Node.js 24.1.0 at 2026-11-21T03:27:18.791Z',
])('%j is not changed', (text) => {
	expect(scrubber().text(text)).toBe(text);
});

test('all texts of a report are scrubbed, its own names are kept', () => {
	expect(scrubber().all({ user: [key, { id: `a ${key}`, count: 3, none: null }] })).toEqual({ user: ['[hidden]', { id: 'a [hidden]', count: 3, none: null }] });
});
