import axios, { type AxiosResponse } from 'axios';

import type { ProviderId } from '../../nodes/providers';
import type { Simulator } from './server';

/** A plain client of the simulator for its own tests: bodies and paths as the contracts write them. */
export const submitPaths: Record<ProviderId, string> = {
	apiInOne: '/images/generations',
	apiframe: '/v2/images/generate',
	apixo: '/generateTask/seedream-4-5',
	pixelDojo: '/models/seedream-4/run',
	pixwith: '/api/task/create',
};

export function authentication(provider: ProviderId, key: string): Record<string, string> {
	if (provider === 'pixwith') return { 'Api-Key': key };
	return provider === 'apiframe' ? { 'X-API-Key': key } : { Authorization: `Bearer ${key}` };
}

export function validBody(provider: ProviderId, prompt: string): Record<string, unknown> {
	switch (provider) {
		case 'apiInOne':
			return { model: 'seedream/4.5-text-to-image', prompt };
		case 'apiframe':
			return { model: 'seedream-4.5', prompt, seedreamParams: { size: '2K', aspect_ratio: '1:1' } };
		case 'apixo':
			return { request_type: 'async', input: { mode: 'text-to-image', prompt, max_images: 2, resolution: '2K' } };
		case 'pixelDojo':
			return { prompt, num_images: 2 };
		case 'pixwith':
			return {
				prompt,
				model_id: '0-32',
				options: { prompt_optimization: true, num_outputs: 2, resolution: '2K', aspect_ratio: '1:1' },
			};
	}
}

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
	return {
		submit: (body, headers) => http.post(submitPaths[provider], body, { headers }),
		status(taskId) {
			switch (provider) {
				case 'pixwith':
					return http.post('/api/task/get', { task_id: taskId });
				case 'apixo':
					return http.get(`/statusTask/seedream-4-5?taskId=${taskId}`);
				case 'apiInOne':
					return http.get(`/tasks/${taskId}`);
				case 'pixelDojo':
					return http.get(`/jobs/${taskId}`);
				case 'apiframe':
					return http.get(`/v2/jobs/${taskId}`);
			}
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
