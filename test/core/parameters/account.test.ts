import { accountFault, readAccountFields } from '../../../nodes/core/parameters/account';

const baseUrl = 'https://api.example.com/v1';

test.each<[object, object]>([
	[
		{ apiKey: ' key\n', baseUrl: ` ${baseUrl}// ` },
		{ apiKey: 'key', baseUrl },
	],
	[
		{ apiKey: '\u200bkey\ufeff', baseUrl: `\u2060${baseUrl}/\u200b` },
		{ apiKey: 'key', baseUrl },
	],
	[
		{ apiKey: 7, baseUrl: null },
		{ apiKey: '', baseUrl: '' },
	],
	[{}, { apiKey: '', baseUrl: '' }],
])('%j is read as %j', (given, fields) => {
	expect(readAccountFields(given as Record<string, unknown>)).toEqual(fields);
});

test.each([baseUrl, '', 'http://localhost:8080/example', 'https://api.example.com/a@b', 'https://[::1]:8080', 'HTTPS://API.EXAMPLE.COM'])(
	'a Base URL may be %j',
	(address) => {
		expect(accountFault({ apiKey: 'sk-1/+"=é', baseUrl: address }, 'Example API credential')).toBeUndefined();
	},
);

test.each<[string, string]>([
	['', 'the X credential has no API Key'],
	['Bearer sk-secret', 'begins with "Bearer "'],
	['bearer  sk-secret', 'begins with "Bearer "'],
	['Authorization: Bearer sk-secret', 'begins with "Bearer "'],
	['X-API-Key: sk-secret', 'begins with the name of a header'],
	['Api-Key:sk-secret', 'begins with the name of a header'],
	['"sk-secret"', 'is in quotes'],
	['<sk-secret>', 'is in quotes'],
	['https://example.com/secret', 'is a URL'],
	['{{ $env.secret }}', 'is an expression that n8n did not evaluate'],
	['={{ $env.secret }}', 'is an expression that n8n did not evaluate'],
	['API_KEY=sk-secret', 'begins with a name'],
	['export EXAMPLE_API_KEY=sk-secret', 'begins with a name'],
	['Api-Key sk-secret', 'contains a space'],
	['Token sk-secret', 'contains a space'],
	['sk- secret', 'contains a space'],
	['undefined', 'its expression returned nothing'],
	['[object Object]', 'contains a space'],
	['sk-\nsecret', 'contains a character that cannot be sent'],
	['sk-secret…', 'contains a character that cannot be sent'],
])('a key may not be %j', (apiKey, says) => {
	const fault = accountFault({ apiKey, baseUrl }, 'X credential');
	expect(fault).toContain(says);
	expect(fault).not.toContain('secret');
});

test.each<[string, string]>([
	['nonsense', 'must begin with https:// or http://'],
	['api.example.com/v1', 'must begin with https:// or http://'],
	['htp://api.example.com', 'must begin with https:// or http://'],
	['ftp://api.example.com', 'must begin with https:// or http://'],
	['https://', 'must begin with https:// or http://'],
	['https:// example.com', 'must begin with https:// or http://'],
	['https:example.com', 'must begin with https:// or http://'],
	['https://user:secret@api.example.com', 'must not contain a user name or password'],
	['https://secret@api.example.com', 'must not contain a user name or password'],
	['https://:secret@api.example.com', 'must not contain a user name or password'],
	['https://api.example.com?key=secret', 'must have no ? or #'],
	['https://api.example.com/v1?', 'must have no ? or #'],
	['https://api.example.com/v1#secret', 'must have no ? or #'],
	['https://api.example.com/a b', 'must have no space'],
	['https://api.example.com/a\nb', 'must have no space'],
	['https://@api.example.com', 'must not contain a user name or password'],
	['https://api.example.com/\u202esecret', 'must have no space'],
	['https://api.example.com\\@secret.example', 'must have no space or backslash'],
])('a Base URL may not be %j', (address, says) => {
	const fault = accountFault({ apiKey: 'sk-1', baseUrl: address }, 'X credential');
	expect(fault).toContain(says);
	expect(fault).not.toContain('secret');
});
