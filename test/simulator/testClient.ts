import axios, { type AxiosResponse } from 'axios';

import type { ProviderId } from '../../nodes/providers';
import { contractOf } from '../support/contractOf';
import type { Simulator } from './server';

export function authentication(provider: ProviderId, key: string): Record<string, string> {
	const [name, value] = contractOf(provider).credential.header;
	return { [name]: value.replace('the-key', key) };
}

export function validBody(provider: ProviderId, prompt: string): Record<string, unknown> {
	return contractOf(provider).request.minimal(prompt);
}

/** A plain client of the simulator for its own tests: bodies and paths as the contracts write them. */
export interface Client {
	submit(body: unknown, headers?: Record<string, string>): Promise<AxiosResponse>;
	status(taskId: string): Promise<AxiosResponse>;
	get(path: string): Promise<AxiosResponse>;
	post(path: string, body?: unknown): Promise<AxiosResponse>;
}

export function clientOf(simulator: Simulator, provider: ProviderId, key?: string): Client {
	const http = axios.create({
		baseURL: simulator.baseUrls[provider],
		headers: authentication(provider, key ?? simulator.demoKeys[provider]),
		validateStatus: () => true,
		maxRedirects: 0,
		proxy: false,
	});
	const { request, statusRequest } = contractOf(provider);
	return {
		submit: (body, headers) => http.post(request.path, body, { headers }),
		status(taskId) {
			const { method, path, body } = statusRequest(taskId);
			return http.request({ method, url: path, data: body });
		},
		get: (path) => http.get(path),
		post: (path, body) => http.post(path, body ?? {}),
	};
}

export async function until(isTrue: () => boolean, milliseconds = 3000): Promise<void> {
	const end = Date.now() + milliseconds;
	while (!isTrue()) {
		if (Date.now() > end) throw new Error('It never became true');
		await new Promise((resolve) => setTimeout(resolve, 5));
	}
}
