import { createHash } from 'crypto';

/** `freed`: how many tasks of this job failed at no cost. Their idempotency keys would only return the failed tasks again. */
export function idempotencyKey(firstExecution: string, nodeId: string, job: string, freed = 0): string {
	const parts = [firstExecution, nodeId, job, ...(freed > 0 ? [freed] : [])];
	return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
