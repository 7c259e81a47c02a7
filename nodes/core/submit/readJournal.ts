import { failureKinds } from '../failure/failure';
import { isJsonObject, numberAt, textAt, textsAt, type JsonObject } from '../json';
import type { Journal } from './journal';

const isTask = (found: unknown): found is JsonObject =>
	textAt(found, 'taskId') !== undefined && textAt(found, 'provider') !== undefined && textAt(found, 'submittedAt') !== undefined;

const isFailure = (found: unknown): found is JsonObject =>
	isJsonObject(found) && failureKinds.some((kind) => kind === found.kind) && typeof found.message === 'string' && typeof found.remedy === 'string';

const hasWarnings = (found: unknown): boolean => isJsonObject(found) && Array.isArray(found.warnings);

/** Whether an entry says which job it belongs to, as this version does. */
function isOwned({ owner }: JsonObject): boolean {
	if (!isJsonObject(owner)) return false;
	const texts = [owner.execution, owner.provider, owner.credential];
	return Number.isInteger(owner.pass) && Number.isInteger(owner.item) && texts.every((one) => typeof one === 'string');
}

/** The pass and the item that an entry's key begins with. */
const placeInKey = /^(\d+)\.(\d+)(?=\.|$)/;

/**
 * Whose job an entry is, by what it says, by its task and by its key; undefined if nothing names an item. Without an execution it
 * counts as an entry of this one, whose item is then not sent again.
 */
function ownerIn({ owner, ref, draft }: JsonObject, key: string, execution: string): JsonObject | undefined {
	const [, passInKey, itemInKey] = placeInKey.exec(key) ?? [];
	const pass = numberAt([numberAt(owner, 'pass'), passInKey], '0', '1');
	const item = numberAt([numberAt(owner, 'item'), itemInKey], '0', '1');
	if (pass === undefined || item === undefined) return undefined;
	return {
		...(isJsonObject(owner) ? owner : {}),
		execution: textAt(owner, 'execution') ?? execution,
		pass,
		item,
		provider: textAt([owner, ref, draft], '0.provider', '1.provider', '2.provider') ?? '',
		credential: textAt(owner, 'credential') ?? '',
	};
}

const isCounted = ({ counted }: JsonObject): boolean => numberAt(counted, 'amount') !== undefined && textAt(counted, 'unit') !== undefined;

/** Whether an entry has the form that this version writes. */
function isEntry(found: JsonObject): boolean {
	if (!isCounted(found)) return false;
	if (found.state === 'accepted') return isTask(found.ref) && typeof found.ref.taskId === 'string' && hasWarnings(found.ref);
	return hasWarnings(found.draft) && (found.state === 'sending' || (found.state === 'unknown' && isFailure(found.failure)));
}

/**
 * An entry of another version, in the form of this one. For an accepted job, the task's id is enough. Any other entry counts as
 * a job that may have been paid, so that it is not sent again.
 */
function converted(found: JsonObject): JsonObject {
	const { ref, draft, repeatable, failure, state, ...others } = found;
	const withWarnings = (task: JsonObject): JsonObject => ({ ...task, warnings: textsAt(task, 'warnings') ?? [] });
	const entry: JsonObject = isCounted(found) ? others : { ...others, counted: { amount: 0, unit: 'credits' } };
	if (isTask(ref)) return { ...entry, state: 'accepted', ref: withWarnings({ ...ref, taskId: textAt(ref, 'taskId') ?? '' }) };
	const draftNow = withWarnings(isJsonObject(draft) ? draft : {});
	const isRepeatable = isJsonObject(draft) && isJsonObject(repeatable) && textAt(repeatable, 'path') !== undefined;
	const open: JsonObject = { ...entry, draft: draftNow, ...(isRepeatable ? { repeatable } : {}) };
	return state === 'unknown' && isFailure(failure) ? { ...open, state, failure } : { ...open, state: 'sending' };
}

function convertEntries(entries: Record<string, unknown>, execution: string): void {
	for (const [key, found] of Object.entries(entries)) {
		const entry = isJsonObject(found) ? found : {};
		const owner = isOwned(entry) ? entry.owner : ownerIn(entry, key, execution);
		// Nothing names its job.
		if (owner === undefined) delete entries[key];
		else if (owner !== entry.owner || !isEntry(entry)) entries[key] = converted({ ...entry, owner });
	}
}

const isRefusal = (found: unknown): boolean => isJsonObject(found) && isFailure(found.failure);
const isSum = (found: unknown): boolean => typeof found === 'number' && Number.isFinite(found) && found >= 0;

function keep(all: Record<string, unknown>, isValid: (found: unknown) => boolean): void {
	for (const [key, found] of Object.entries(all)) if (!isValid(found)) delete all[key];
}

/** The parts of an empty journal, used for those that another version may lack. */
type Blank = Pick<Journal, 'firstExecution' | 'pass'>;

function isJournal(found: unknown, { firstExecution, pass }: Blank): found is Journal {
	if (!isJsonObject(found) || !isJsonObject(found.entries)) return false;
	for (const part of ['refusals', 'spent', 'freed']) if (!isJsonObject(found[part])) found[part] = {};
	if (!Number.isInteger(found.pass)) found.pass = pass;
	if (typeof found.firstExecution !== 'string') found.firstExecution = firstExecution;
	return true;
}

/** The journal found in n8n's node context, without the parts that cannot be read; undefined if it is not a journal. */
export function readJournal(found: unknown, blank: Blank): Journal | undefined {
	if (!isJournal(found, blank)) return undefined;
	convertEntries(found.entries, blank.firstExecution);
	keep(found.refusals, isRefusal);
	keep(found.spent, isSum);
	keep(found.freed, isSum);
	return found;
}
