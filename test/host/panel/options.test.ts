import { checkOptions, checkWaitOptions, defaultOptions, optionsOfProvider } from '../../../nodes/host/panel/options';
import type { ProviderId } from '../../../nodes/providers';
import { providerOf } from '../../support/provider';

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
	['timeout', 1, 1],
	['maxImages', '12', 12],
	['checkBalance', 'true', true],
	['includeInputFields', true, true],
	['stylePreset', '', 'none'],
	['stylePreset', 'weddingPortrait', 'weddingPortrait'],
	['maxFileSize', 0.5, 0.5],
	['spendingLimit', '0.07', 0.07],
	['fileName', 42, '42'],
	['fileName', ' a b ', 'a b'],
	['fileName', null, ''],
	['outputMode', 'itemPerTask', 'itemPerTask'],
	['outputBinaryField', 'photo_1', 'photo_1'],
	['additionalFields', '{broken', '{broken'],
])('%s may be %j', (name, raw, value) => {
	const { options, faults } = checkOptions({ [name]: raw });
	expect(faults).toEqual([]);
	expect(options).toEqual({ ...defaultOptions, [name]: value });
});

test.each<[string, unknown, string]>([
	['downloadImages', 'yes', 'Download Images must be true or false, but is "yes"'],
	['downloadImages', 1, 'Download Images must be true or false, but is 1'],
	['concurrency', 0, 'Concurrency must be a whole number of at least 1, but is 0'],
	['concurrency', 1.5, 'Concurrency must be a whole number of at least 1, but is 1.5'],
	['concurrency', 'many', 'Concurrency must be a whole number of at least 1, but is "many"'],
	['maxTasksInFlight', -1, 'Max Tasks in Flight must be a whole number of at least 0, but is -1'],
	['maxImages', 0.5, 'Max Images per Execution must be a whole number of at least 0, but is 0.5'],
	['pollInterval', -0.1, 'Poll Interval (Seconds) must be a number of at least 0, but is -0.1'],
	['timeout', 0, 'Timeout (Seconds) must be a number of at least 1, but is 0'],
	['timeout', 0.9, 'Timeout (Seconds) must be a number of at least 1, but is 0.9'],
	['timeout', '0', 'Timeout (Seconds) must be a number of at least 1, but is 0'],
	['timeout', '', 'Timeout (Seconds) must be a number of at least 1, but is nothing'],
	['timeout', null, 'Timeout (Seconds) must be a number of at least 1, but is nothing'],
	['maxFileSize', 0, 'Max File Size (MB) must be a number of at least 0.001, but is 0'],
	['spendingLimit', '1e3', 'Spending Limit must be a number of at least 0, but is "1e3"'],
	['outputMode', 'both', 'Output Mode must be one of itemPerImage, itemPerTask, but is "both"'],
	['outputBinaryField', '', 'Put Output File in Field must be a name such as data, without spaces or dots, but is nothing'],
	['outputBinaryField', 'my data', 'Put Output File in Field must be a name such as data, without spaces or dots, but is "my data"'],
	['outputBinaryField', 'a.b', 'Put Output File in Field must be a name such as data, without spaces or dots, but is "a.b"'],
	['outputBinaryField', '__proto__', 'Put Output File in Field must be a name such as data, without spaces or dots, but is "__proto__"'],
	['fileName', {}, 'File Name must be text, but is {}'],
])('%s may not be %j', (name, raw, fault) => {
	expect(checkOptions({ [name]: raw }).faults).toEqual([fault]);
});

test.each<[string, unknown]>([
	['pollInterval', Number.POSITIVE_INFINITY],
	['pollInterval', Number.NaN],
	['concurrency', Number.POSITIVE_INFINITY],
	['timeout', '9'.repeat(400)],
	['stylePreset', 'baroque'],
])('%s is never %j', (name, raw) => {
	const { options, faults } = checkOptions({ [name]: raw });
	expect(faults).toHaveLength(1);
	expect(options).toEqual(defaultOptions);
});

test('all faults are returned at once, each once', () => {
	const { faults } = checkOptions({ concurrency: 0.5, timeout: -1, dryRun: 'maybe' });
	expect(faults).toHaveLength(3);
});

test('an option with a fault has its default, the others are kept', () => {
	const { options, faults } = checkOptions({ allowPrivateCallbackUrl: true, concurrency: 0, additionalFields: '{bad', spendingLimit: '5' });
	expect(faults).toHaveLength(1);
	expect(options).toEqual({ ...defaultOptions, allowPrivateCallbackUrl: true, additionalFields: '{bad', spendingLimit: 5 });
});

test('the Timeout of Wait for Task takes precedence over one in the collection, and may be below one second', () => {
	expect(checkWaitOptions({ timeout: 5 }, '90').options.timeout).toBe(90);
	expect(checkWaitOptions({ timeout: 5 }, 0.1)).toEqual({ options: { ...defaultOptions, timeout: 0.1 }, faults: [] });
	expect(checkWaitOptions({ timeout: 5 }, -1).faults).toEqual(['Timeout (Seconds) must be a number of at least 0, but is -1']);
});

test('unknown options are left out', () => {
	expect(checkOptions({ nonsense: 1, __proto__: { timeout: 5 } }).options).toEqual(defaultOptions);
});

describe('the options of one provider', () => {
	test.each<[ProviderId, unknown, object]>([
		['apiInOne', { statusPath: ' /x/{taskId} ', resultPath: 'data.list', modelId: 'other' }, { statusPath: '/x/{taskId}', resultPath: 'data.list' }],
		['apiInOne', { statusPath: '', resultPath: '  ' }, {}],
		['pixelDojo', { modelId: 'seedream-4.5' }, { modelId: 'seedream-4.5' }],
		['pixelDojo', { modelId: '' }, {}],
		['pixelDojo', { modelId: 'seedream-4' }, {}],
		['apixo', { statusPath: '/x', modelId: 'a b' }, {}],
		['apixo', 'text', {}],
	])('%s reads %j', (id, raw, ofProvider) => {
		expect(optionsOfProvider(providerOf(id), raw)).toEqual({ ofProvider, faults: [] });
	});

	test.each<[ProviderId, object, string]>([
		['apiInOne', { statusPath: '/x' }, 'Status Path must contain {taskId} in place of the task ID, e.g. /tasks/{taskId}, but is "/x"'],
		['apiInOne', { resultPath: {} }, 'Result Path must be text, but is {}'],
		['pixelDojo', { modelId: 'a/b' }, 'Model ID must be the ID of a model, e.g. seedream-4, but is "a/b"'],
		['pixelDojo', { modelId: '..' }, 'Model ID must be the ID of a model, e.g. seedream-4, but is ".."'],
	])('%s refuses %j', (id, raw, fault) => {
		expect(optionsOfProvider(providerOf(id), raw)).toEqual({ ofProvider: {}, faults: [fault] });
	});
});
