/** Unit tests reach nothing beyond this machine, use up every reply they announced and ask for nothing unannounced. */
import nock from 'nock';

const THIS_MACHINE = /^(localhost|127\.0\.0\.1|\[?::1\]?)(:\d+)?$/;

interface RequestOptions {
	method?: string;
	hostname?: string;
	path?: string;
}

let unmatched: string[] = [];

/** nock tells the options alone where the host is unknown to it, else the request and then its options. */
function remember(request: RequestOptions, options?: RequestOptions): void {
	const { method = 'GET', hostname = '', path = '' } = options ?? request;
	if (options === undefined && THIS_MACHINE.test(hostname)) return;
	unmatched.push(`${method} ${hostname}${path}`);
}

beforeAll(() => {
	nock.disableNetConnect();
	nock.enableNetConnect(THIS_MACHINE);
	nock.emitter.on('no match', remember);
});

afterEach(() => {
	const pending = nock.pendingMocks();
	const unannounced = unmatched;
	unmatched = [];
	nock.cleanAll();
	if (pending.length > 0) throw new Error(`Announced but never asked for: ${pending.join(', ')}`);
	if (unannounced.length > 0) throw new Error(`Asked for but never announced: ${unannounced.join(', ')}`);
});

afterAll(() => {
	nock.emitter.off('no match', remember);
	nock.restore();
});
