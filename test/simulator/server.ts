import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

import type { ProviderId } from '../../nodes/providers';
import { parseJson, textAt } from '../../nodes/core/json';
import { readableBody, readBody, type Exchange } from './exchange';
import type { Fault } from './faults';
import { sendFile, serveImage, thumbnail } from './imageServer';
import { carriesCredential, readableHeaders, type LogEntry } from './log';
import { page } from './page';
import { simulatedProviders } from './simulatedProviders';
import type { SimulatedProvider } from './simulatedProvider';
import { breakConnection, sendReply, type Reply } from './reply';
import { parseScenario } from './scenario';
import { lookAt } from './status';
import { submit } from './submit';
import { providerAt, World, type SimulatorOptions, type TaskRecord } from './world';

export interface Simulator {
	readonly origin: string;
	/** The second origin, where redirected images and presigned uploads go. */
	readonly elsewhere: string;
	readonly baseUrls: Readonly<Record<ProviderId, string>>;
	readonly demoKeys: Readonly<Record<ProviderId, string>>;
	/** Everything that was asked and posted since the last reset, in order. */
	readonly requests: readonly LogEntry[];
	readonly tasks: readonly TaskRecord[];
	/** Directives for every task from now on. */
	setScenario(scenario: string): void;
	/** What the account of a key (by default the demo key) has left. */
	balance(provider: ProviderId, key?: string): number;
	reset(): void;
	close(): Promise<void>;
}

function keyIn(provider: SimulatedProvider, request: IncomingMessage): string | undefined {
	const { header, scheme } = provider.authentication;
	const value = request.headers[header];
	if (typeof value !== 'string') return undefined;
	if (scheme === undefined) return value;
	return value.startsWith(scheme) ? value.slice(scheme.length) : undefined;
}

/** Seconds until the provider takes another request, where it has a limit and it is reached. */
function secondsToWait(world: World, provider: ProviderId): number | undefined {
	const limit = [world.options.rateLimit ?? []].flat().find((candidate) => candidate.provider === provider);
	if (limit === undefined) return undefined;
	const minute = 60_000 * world.timeFactor;
	const now = Date.now();
	const recent = (world.recentRequests.get(provider) ?? []).filter((time) => time > now - minute);
	world.recentRequests.set(provider, recent);
	if (recent.length >= limit.perMinute) return Math.max(1, Math.ceil(((recent[0] ?? now) + minute - now) / 1000));
	recent.push(now);
	return undefined;
}

async function serveApi(world: World, provider: SimulatedProvider, below: string, exchange: Exchange): Promise<Fault> {
	const { request, url, body, entry } = exchange;
	const json = parseJson(body.toString('utf8'));
	const route = provider.route(request.method ?? 'GET', below, url.searchParams, json);
	entry.provider = provider.id;
	entry.kind = route?.kind ?? 'other';
	entry.taskId = route?.taskId;
	if (route?.kind === 'other') return provider.other?.(below) ?? provider.refuse({ kind: 'notFound' });
	const account = world.account(provider, keyIn(provider, request) ?? '');
	if (account === undefined) return provider.refuse({ kind: 'authentication' });
	const wait = secondsToWait(world, provider.id);
	if (wait !== undefined) {
		entry.note = 'above the rate limit';
		return { ...provider.refuse({ kind: 'rateLimited' }), headers: { 'Retry-After': String(wait) } };
	}
	if ((route?.kind === 'submit' || route?.kind === 'status') && world.isFlaky()) {
		entry.note = 'a passing fault';
		if (route.kind === 'status') return provider.refuse({ kind: 'unavailable', status: 503 });
		return { ...provider.refuse({ kind: 'rateLimited' }), headers: { 'Retry-After': '1' } };
	}
	switch (route?.kind) {
		case 'submit':
			return submit(world, provider, account, exchange, json, route.model);
		case 'status':
			return lookAt(world, provider, account, entry, route);
		case 'balance':
			return provider.balance?.(account) ?? provider.refuse({ kind: 'notFound' });
		case 'upload':
			return provider.upload?.(world, exchange, json) ?? provider.refuse({ kind: 'notFound' });
		case undefined:
			entry.note = 'no such endpoint';
			return provider.refuse({ kind: 'notFound' });
	}
}

function answer(response: ServerResponse, fault: Fault): void {
	if (fault === 'reset') breakConnection(response);
	else if (fault !== 'stall') sendReply(response, fault);
}

/** The pages for people and tests; none of them is logged. */
async function servePage(world: World, request: IncomingMessage, url: URL): Promise<Reply | undefined> {
	const path = `${request.method} ${url.pathname}`;
	switch (path) {
		case 'GET /':
			return { status: 200, body: page(world) };
		case 'GET /__requests': {
			const [provider, kind, taskId] = ['provider', 'kind', 'taskId'].map((name) => url.searchParams.get(name));
			const requests = world.requests.filter(
				(entry) => (provider === null || entry.provider === provider) && (kind === null || entry.kind === kind) && (taskId === null || entry.taskId === taskId),
			);
			return json(requests);
		}
		case 'GET /__tasks':
			return json([...world.tasks.values()].map((task) => world.record(task)));
		case 'POST /__reset':
			world.reset();
			return json({ ok: true });
		case 'POST /__scenario': {
			const text = (await readBody(request)).toString('utf8');
			const parsed = parseJson(text);
			const scenario = textAt(parsed, 'scenario') ?? text;
			try {
				world.defaults = parseScenario(scenario);
			} catch (error) {
				return { ...json({ error: String(error) }), status: 400 };
			}
			return json({ ok: true, directives: world.defaults.length });
		}
		default:
			return undefined;
	}
}

function json(value: unknown): Reply {
	return { status: 200, headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(value) };
}

async function serveThumbnail(world: World, url: URL, response: ServerResponse): Promise<boolean> {
	const found = /^\/__thumbnail\/([^/]+)\/(\d+)\.png$/.exec(url.pathname);
	const task = world.tasks.get(decodeURIComponent(found?.[1] ?? ''));
	if (found === null || task === undefined) return false;
	sendFile(response, await thumbnail(task, Number(found[2])), 'image/png');
	return true;
}

function open(world: World, request: IncomingMessage, response: ServerResponse, url: URL): LogEntry {
	const entry = world.log({
		time: new Date().toISOString(),
		kind: 'other',
		method: request.method ?? 'GET',
		path: `${url.pathname}${url.search}`,
		headers: readableHeaders(request.headers),
		status: 0,
		hasCredential: carriesCredential(request.headers),
	});
	response.once('finish', () => {
		entry.status = response.statusCode;
	});
	return entry;
}

async function handle(world: World, request: IncomingMessage, response: ServerResponse, isElsewhere: boolean): Promise<void> {
	const url = new URL(request.url ?? '/', isElsewhere ? world.elsewhere : world.origin);
	if (!isElsewhere) {
		const reply = await servePage(world, request, url);
		if (reply !== undefined) return sendReply(response, reply);
		if (await serveThumbnail(world, url, response)) return;
	}
	const entry = open(world, request, response, url);
	const body = await readBody(request);
	entry.body = readableBody(body, request.headers['content-type'] ?? '');
	const exchange: Exchange = { request, response, url, body, entry };
	if (isElsewhere) {
		entry.note = 'at the other origin';
		const storing = simulatedProviders.find(({ prefix, storage }) => storage !== undefined && url.pathname === `${prefix}-uploads`);
		if (request.method === 'POST' && storing !== undefined) return storing.storage?.(world, exchange);
	}
	if (url.pathname.startsWith('/redirected/')) {
		entry.kind = 'image';
		return serveImage(world, { ...exchange, url: new URL(url.pathname.slice('/redirected'.length), world.origin) }, true);
	}
	if (url.pathname.startsWith('/images/')) {
		entry.kind = 'image';
		return serveImage(world, exchange, isElsewhere);
	}
	const file = world.files.get(url.pathname);
	if (file !== undefined) {
		entry.kind = 'image';
		return sendFile(response, file.data, file.type);
	}
	const found = isElsewhere ? undefined : providerAt(url.pathname);
	if (found === undefined) return sendReply(response, { status: 404, body: 'nothing here' });
	answer(response, await serveApi(world, found.provider, found.below, exchange));
}

async function listen(server: Server, host: string, port: number): Promise<string> {
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(port, host, resolve);
	});
	return `http://${host.includes(':') ? `[${host}]` : host}:${(server.address() as AddressInfo).port}`;
}

/** Plays the providers on one port. */
export async function startSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
	const world = new World(options);
	const sockets = new Set<Socket>();
	const serve = (isElsewhere: boolean): Server =>
		createServer((request, response) => {
			response.on('error', () => undefined);
			handle(world, request, response, isElsewhere).catch((error: unknown) => {
				if (request.destroyed && !request.complete) return;
				sendReply(response, { status: 500, body: `simulator: ${error instanceof Error ? error.stack : String(error)}` });
			});
		}).on('connection', (socket) => {
			sockets.add(socket);
			socket.once('close', () => sockets.delete(socket));
		});
	const servers = [serve(false), serve(true)] as const;
	const host = options.host ?? '127.0.0.1';
	world.origin = await listen(servers[0], host, options.port ?? 0);
	world.elsewhere = await listen(servers[1], host, 0);
	const perProvider = (text: (provider: SimulatedProvider) => string): Record<ProviderId, string> =>
		Object.fromEntries(simulatedProviders.map((provider) => [provider.id, text(provider)])) as Record<ProviderId, string>;
	return {
		origin: world.origin,
		elsewhere: world.elsewhere,
		baseUrls: perProvider(({ prefix }) => `${world.origin}${prefix}`),
		demoKeys: perProvider((provider) => world.keysOf(provider)[0] ?? ''),
		requests: world.requests,
		get tasks() {
			return [...world.tasks.values()].map((task) => world.record(task));
		},
		setScenario(scenario) {
			world.defaults = parseScenario(scenario);
		},
		balance(id, key) {
			const provider = simulatedProviders.find((candidate) => candidate.id === id);
			if (provider === undefined) return 0;
			return world.account(provider, key ?? world.keysOf(provider)[0] ?? '')?.balance ?? 0;
		},
		reset: () => world.reset(),
		async close() {
			world.stopTimers();
			const closed = servers.map((server) => new Promise((resolve) => server.close(resolve)));
			for (const socket of sockets) socket.destroy();
			await Promise.all(closed);
		},
	};
}

export type { LogEntry, SimulatorOptions, TaskRecord };
