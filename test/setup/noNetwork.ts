/** Unit tests connect to nothing beyond this machine: any other connection is refused, and its test fails. */
import { Socket } from 'node:net';

import { THIS_MACHINE } from '../support/thisMachine';

const { connect } = Socket.prototype;
let reached: string[] = [];

/** Node itself calls it with its arguments in one list; others call it with options or with port and host. */
function hostOf([first, second]: readonly unknown[]): string {
	if (Array.isArray(first)) return hostOf(first);
	if (typeof first === 'object' && first !== null && 'host' in first && typeof first.host === 'string') return first.host;
	return typeof second === 'string' ? second : 'localhost';
}

beforeAll(() => {
	Socket.prototype.connect = function (this: Socket, ...given: unknown[]): Socket {
		const host = hostOf(given);
		if (THIS_MACHINE.test(host)) return Reflect.apply(connect, this, given);
		reached.push(host);
		// Later, as for a refused connection, so that the caller has added its listeners.
		process.nextTick(() => this.destroy(new Error(`Unit tests reach nothing beyond this machine: ${host}`)));
		return this;
	};
});

afterEach(() => {
	const hosts = reached;
	reached = [];
	if (hosts.length > 0) throw new Error(`Connected to ${hosts.join(', ')}`);
});

afterAll(() => {
	Socket.prototype.connect = connect;
});
