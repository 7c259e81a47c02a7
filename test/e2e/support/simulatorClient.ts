import { type LogEntry } from '../../simulator/log';
import { type TaskRecord } from '../../simulator/world';

/** What the simulator tells about the requests that it got. Prompts tell the tests' tasks apart, so nothing is ever reset. */
export class SimulatorClient {
	constructor(readonly url: string) {}

	private async get<Result>(location: string): Promise<Result> {
		const response = await fetch(`${this.url}${location}`);
		if (!response.ok) throw new Error(`The simulator answered GET ${location} with ${response.status}`);
		return (await response.json()) as Result;
	}

	/** Every try to submit a prompt that holds the text, refused ones included. */
	async submits(text: string): Promise<LogEntry[]> {
		const submits = await this.get<LogEntry[]>('/__requests?kind=submit');
		return submits.filter(({ body }) => JSON.stringify(body).includes(text));
	}

	/** The tasks that were accepted, which is to say charged, with the text in their prompt. */
	async tasks(text: string): Promise<TaskRecord[]> {
		const tasks = await this.get<TaskRecord[]>('/__tasks');
		return tasks.filter(({ prompt }) => prompt.includes(text));
	}

	async statusChecks(taskId: string): Promise<LogEntry[]> {
		return await this.get(`/__requests?kind=status&taskId=${encodeURIComponent(taskId)}`);
	}

	async downloads(taskId: string): Promise<LogEntry[]> {
		return await this.get(`/__requests?kind=image&taskId=${encodeURIComponent(taskId)}`);
	}
}
