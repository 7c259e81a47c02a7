import type { IRunExecutionData } from 'n8n-workflow';

import type { Finished } from './engine';

/** A copy as n8n's database makes one: data only, errors as plain objects, cycles cut. */
function stored(data: IRunExecutionData): IRunExecutionData {
	const above: unknown[] = [];
	const text = JSON.stringify(data, function (this: unknown, _key, value: unknown) {
		if (typeof value !== 'object' || value === null) return value;
		while (above.length > 0 && above.at(-1) !== this) above.pop();
		if (above.includes(value)) return undefined;
		above.push(value);
		return value;
	});
	return JSON.parse(text) as IRunExecutionData;
}

/** What "Retry execution" starts from, as n8n's ExecutionService.retry makes it of a failed run: the failed node is on the stack again. */
export function retryDataOf(failed: Finished): IRunExecutionData {
	const data = stored(failed.run.data);
	const { resultData } = data;
	const { lastNodeExecuted } = resultData;
	if (lastNodeExecuted === undefined) throw new Error('No node has run');
	delete resultData.error;
	const runs = resultData.runData[lastNodeExecuted] ?? [];
	if (runs.at(-1)?.error !== undefined) runs.pop();
	return data;
}
