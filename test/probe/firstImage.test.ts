import { fetchImage } from '../../scripts/probe/firstImage';
import { encodePng } from '../workflows/support/smallPng';
import { nock } from '../support/mockedHttp';

const addresses: Readonly<Record<string, string>> = {
	'api.example': '8.8.4.4',
	'images.example': '8.8.8.8',
	'rebound.example': '10.1.2.3',
	'translated.example': '64:ff9b::7f00:1',
};
jest.mock('node:dns/promises', () => ({
	lookup: async (name: string) => {
		const address = addresses[name];
		if (address === undefined) throw Object.assign(new Error('not found'), { code: 'ENOTFOUND' });
		return [{ address, family: 4 }];
	},
}));

const base = 'https://api.example/v1';
const png = encodePng(7, 5, 200);

test('an image is fetched, also after a redirect to another host', async () => {
	nock('https://api.example').get('/1.png').reply(302, '', { Location: 'https://images.example/1.png' });
	nock('https://images.example').get('/1.png').reply(200, png);
	await expect(fetchImage('https://api.example/1.png', base)).resolves.toMatchObject({ kind: 'image', mimeType: 'image/png', size: { width: 7, height: 5 } });
});

test.each([
	['http://127.0.0.1/1.png', /private network/],
	['https://169.254.169.254/latest', /private network/],
	['https://[::ffff:7f00:1]/1.png', /private network/],
	['https://rebound.example/1.png', /private network/],
	['https://translated.example/1.png', /private network/],
	['https://nobody-knows.example/1.png', /private network/],
	['http://images.example/1.png', /http:/],
	['file:///etc/passwd', /private network/],
	['ftp://images.example/1.png', /ftp:/],
])('nothing is fetched from %s, not after a redirect either', async (place, reason) => {
	await expect(fetchImage(place, base)).resolves.toEqual({ kind: 'failed', reason: expect.stringMatching(reason) });
	nock('https://images.example').get('/1.png').reply(302, '', { Location: place });
	await expect(fetchImage('https://images.example/1.png', base)).resolves.toEqual({ kind: 'failed', reason: expect.stringMatching(reason) });
});

test('the number of redirects is limited', async () => {
	nock('https://images.example').get('/1.png').times(6).reply(302, '', { Location: '/1.png' });
	await expect(fetchImage('https://images.example/1.png', base)).resolves.toEqual({ kind: 'failed', reason: expect.stringMatching(/more than 5 times/) });
});
