import { checkOptions, defaultOptions } from '../../../nodes/host/panel/options';

test.each([{}, undefined, null, 'text', 7, []])('%j gives the defaults', (raw) => {
	expect(checkOptions(raw)).toEqual({ options: defaultOptions, faults: [] });
});

test.each<[string, unknown, unknown]>([
	['downloadImages', 'false', false],
	['downloadImages', true, true],
	['dryRun', 'true', true],
	['concurrency', '5', 5],
	['concurrency', 1, 1],
	['maxTasksInFlight', 0, 0],
	['pollInterval', 0.25, 0.25],
	['pollInterval', ' 0.25 ', 0.25],
	['timeout', 0, 0],
	['maxFileSize', 0.5, 0.5],
	['spendingLimit', '0.07', 0.07],
	['fileName', 42, '42'],
	['fileName', null, ''],
	['outputMode', 'itemPerTask', 'itemPerTask'],
	['outputBinaryField', 'photo_1', 'photo_1'],
	['additionalFields', '{broken', '{broken'],
	['statusPath', '/x/{taskId}', '/x/{taskId}'],
])('%s may be %j', (name, raw, value) => {
	const { options, faults } = checkOptions({ [name]: raw });
	expect(faults).toEqual([]);
	expect(options).toEqual({ ...defaultOptions, [name]: value });
});

test.each<[string, unknown, string]>([
	['downloadImages', 'yes', 'Download Images must be true or false'],
	['downloadImages', 1, 'Download Images must be true or false'],
	['concurrency', 0, 'Concurrency must be a whole number of at least 1'],
	['concurrency', 1.5, 'Concurrency must be a whole number of at least 1'],
	['concurrency', 'many', 'Concurrency must be a whole number of at least 1'],
	['concurrency', Number.POSITIVE_INFINITY, 'Concurrency must be a whole number of at least 1'],
	['maxTasksInFlight', -1, 'Max Tasks in Flight must be a whole number of at least 0'],
	['pollInterval', -0.1, 'Poll Interval must be a number of at least 0'],
	['pollInterval', Number.NaN, 'Poll Interval must be a number of at least 0'],
	['timeout', '', 'Timeout must be a number of at least 0'],
	['maxFileSize', 0, 'Max File Size must be a number of at least 0.001'],
	['spendingLimit', '1e3', 'Spending Limit must be a number of at least 0'],
	['outputMode', 'both', 'Output Mode must be one of itemPerImage, itemPerTask'],
	['outputBinaryField', '', 'Put Output File in Field must be a name such as data, without spaces or dots'],
	['outputBinaryField', 'my data', 'Put Output File in Field must be a name such as data, without spaces or dots'],
	['outputBinaryField', 'a.b', 'Put Output File in Field must be a name such as data, without spaces or dots'],
	['outputBinaryField', 7, 'Put Output File in Field must be a name such as data, without spaces or dots'],
	['fileName', {}, 'File Name must be text'],
])('%s may not be %j', (name, raw, fault) => {
	expect(checkOptions({ [name]: raw }).faults).toEqual([fault]);
});

test('all faults come at once, each once', () => {
	const { faults } = checkOptions({ concurrency: 0.5, timeout: -1, dryRun: 'maybe' });
	expect(faults).toHaveLength(3);
});

test('an option with a fault has its default, the others stay', () => {
	const { options, faults } = checkOptions({ allowPrivateCallbackUrl: true, concurrency: 0, additionalFields: '{bad', stylePreset: 'nope', spendingLimit: '5' }, { timeout: 90 });
	expect(faults).toEqual(['Concurrency must be a whole number of at least 1']);
	expect(options).toEqual({ ...defaultOptions, allowPrivateCallbackUrl: true, additionalFields: '{bad', stylePreset: 'nope', spendingLimit: 5, timeout: 90 });
});

test('what stands outside the collection goes before what stands in it', () => {
	expect(checkOptions({ timeout: 5 }, { timeout: '90' }).options.timeout).toBe(90);
	expect(checkOptions({}, { timeout: -1 }).faults).toEqual(['Timeout must be a number of at least 0']);
});

test('what is no option is dropped or left unused', () => {
	expect(checkOptions({ nonsense: 1 }).options).toEqual(defaultOptions);
});

test.each<[string, unknown, string]>([
	['pollInterval', Number.POSITIVE_INFINITY, 'Poll Interval must be a number of at least 0'],
	['timeout', '9'.repeat(400), 'Timeout must be a number of at least 0'],
	['outputBinaryField', '__proto__', 'Put Output File in Field must be a name such as data, without spaces or dots'],
])('%s is never %j', (name, raw, fault) => {
	expect(checkOptions({ [name]: raw }).faults).toEqual([fault]);
});
