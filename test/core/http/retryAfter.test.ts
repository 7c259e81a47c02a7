import { retryAfterSeconds } from '../../../nodes/core/http/retryAfter';
import { fakeStart } from '../../support/fakeClock';

const after = (headers: Record<string, string>) => retryAfterSeconds(headers, fakeStart);
const inSeconds = (seconds: number) => new Date(fakeStart + seconds * 1000).toUTCString();
const unix = (seconds: number) => String(fakeStart / 1000 + seconds);

test.each<[string, Record<string, string>, number | undefined]>([
	['seconds', { 'retry-after': '12' }, 12],
	['seconds with spaces', { 'retry-after': ' 12 ' }, 12],
	['decimals', { 'retry-after': '0.5' }, 0.5],
	['0', { 'retry-after': '0' }, 0],
	['a date', { 'retry-after': inSeconds(90) }, 90],
	['a date that has passed', { 'retry-after': inSeconds(-90) }, 0],
	['garbage', { 'retry-after': 'garbage' }, undefined],
	['a negative number', { 'retry-after': '-5' }, undefined],
	['seconds with a unit', { 'retry-after': '60s' }, undefined],
	['words with a number', { 'retry-after': 'in 60 seconds' }, undefined],
	['an empty header', { 'retry-after': '' }, undefined],
	['no header', {}, undefined],
	['the reset of an exhausted limit', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': unix(30) }, 30],
	['the reset alone', { 'x-ratelimit-reset': unix(30) }, 30],
	['a reset in the past', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': unix(-30) }, 0],
	['the reset of another limit', { 'x-ratelimit-remaining': '5', 'x-ratelimit-reset': unix(30) }, undefined],
	['a reset that is no time', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': '30' }, undefined],
	['a reset of words', { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': 'soon' }, undefined],
	['a reset in milliseconds', { 'x-ratelimit-reset': String(fakeStart + 30_000) }, 30],
	['a day, which some quotas ask for', { 'retry-after': '86400' }, 86_400],
	['more seconds than there are numbers', { 'retry-after': '9'.repeat(400) }, undefined],
	['a date that nobody lives to see', { 'retry-after': 'Fri, 31 Dec 9999 23:59:59 GMT' }, undefined],
	['a reset in a hundred years', { 'x-ratelimit-reset': unix(3_155_760_000) }, undefined],
	['Retry-After before the reset', { 'retry-after': '12', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': unix(30) }, 12],
	['the reset behind garbage', { 'retry-after': 'garbage', 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': unix(30) }, 30],
])('%s', (_, headers, seconds) => {
	expect(after(headers)).toBe(seconds);
});
