/**
 * HTTP with mocked replies: every reply that a test announces must be used, and every request must be announced. Imported only
 * by the few tests that need it, because nock takes as long to load as most test files take to run.
 */
import nock from 'nock';

import { THIS_MACHINE } from './thisMachine';

interface RequestOptions {
	method?: string;
	hostname?: string;
	path?: string;
}

let unmatched: string[] = [];

/** nock passes only the options if it does not know the host, otherwise the request and then its options. */
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

export { nock };
