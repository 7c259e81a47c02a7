import axios from 'axios';

import { imageType } from './imageType';
import type { Task, World } from './world';

/** Fetches the reference images as a provider does, and fails the task if one is not an image. */
export async function checkReferences(world: World, task: Task): Promise<void> {
	for (const url of task.job.references) {
		const entry = world.log({
			time: new Date().toISOString(),
			provider: task.provider.id,
			kind: 'other',
			method: 'GET',
			path: url,
			headers: {},
			status: 0,
			taskId: task.id,
			hasCredential: false,
			note: 'the provider fetches a reference image',
		});
		try {
			const answer = await axios.get<ArrayBuffer>(url, {
				responseType: 'arraybuffer',
				timeout: 10_000,
				maxContentLength: 30_000_000,
				proxy: false,
				validateStatus: () => true,
			});
			entry.status = answer.status;
			if (answer.status === 200 && imageType(Buffer.from(answer.data)) !== undefined) continue;
			entry.note = 'the reference is not an image';
		} catch (error) {
			entry.note = error instanceof Error ? error.message : String(error);
		}
		task.failure = { code: 'IMAGE_DOWNLOAD_FAILED', message: 'A reference image could not be downloaded' };
	}
}
