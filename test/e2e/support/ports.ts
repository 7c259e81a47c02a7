import { createServer } from 'node:net';

/** Both hosts are tried, because a program that listens on every address may leave the loopback one bindable. */
const hosts = [undefined, '127.0.0.1'];

async function listenOnce(port: number, host: string | undefined): Promise<number | undefined> {
	return await new Promise((resolve) => {
		const server = createServer();
		server.once('error', () => resolve(undefined));
		server.listen({ port, host }, () => {
			const address = server.address();
			server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : undefined));
		});
	});
}

/** The wanted port when nobody uses it, else any free one. */
export async function findFreePort(wanted = 0): Promise<number> {
	for (;;) {
		const port = await listenOnce(wanted, hosts[0]);
		if (port !== undefined && (await listenOnce(port, hosts[1])) !== undefined) return port;
		wanted = 0;
	}
}
