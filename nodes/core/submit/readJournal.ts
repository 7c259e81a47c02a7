import { isJsonObject, numberAt, textAt } from '../json';
import type { Journal } from './journal';

const states = ['sending', 'unknown', 'accepted'];

/** Whether a value is an entry that this version can use: another version may have written the journal. */
function isEntry(found: unknown): boolean {
	if (!isJsonObject(found) || !isJsonObject(found.owner) || !isJsonObject(found.counted)) return false;
	const { owner, counted, state } = found;
	const isOwned = numberAt(owner, 'pass') !== undefined && numberAt(owner, 'item') !== undefined && textAt(owner, 'provider') !== undefined;
	const isCounted = numberAt(counted, 'amount') !== undefined && textAt(counted, 'unit') !== undefined;
	if (!isOwned || !isCounted || !states.some((one) => one === state)) return false;
	if (state === 'accepted')
		return textAt(found.ref, 'taskId') !== undefined && textAt(found.ref, 'provider') !== undefined && textAt(found.ref, 'submittedAt') !== undefined;
	return isJsonObject(found.draft) && (state === 'sending' || isJsonObject(found.failure));
}

const isRefusal = (found: unknown): boolean => isJsonObject(found) && isJsonObject(found.failure);
const isSum = (found: unknown): boolean => typeof found === 'number' && Number.isFinite(found) && found >= 0;

function keep(all: Record<string, unknown>, isValid: (found: unknown) => boolean): void {
	for (const [key, found] of Object.entries(all)) if (!isValid(found)) delete all[key];
}

function isJournal(found: unknown): found is Journal {
	if (!isJsonObject(found)) return false;
	const { entries, refusals, spent, freed, pass, firstExecution } = found;
	return [entries, refusals, spent, freed].every(isJsonObject) && Number.isInteger(pass) && typeof firstExecution === 'string';
}

/** The journal that was found in n8n's node context, without the parts that cannot be read; undefined if it is not a journal. */
export function readJournal(found: unknown): Journal | undefined {
	if (!isJournal(found)) return undefined;
	keep(found.entries, isEntry);
	keep(found.refusals, isRefusal);
	keep(found.spent, isSum);
	keep(found.freed, isSum);
	return found;
}
