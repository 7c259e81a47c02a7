import type { ProviderId } from '../../../nodes/providers';
import type { FailureKind } from '../../../nodes/core/failure/failure';
import type { FaultRow } from './faultRows';

/** The result of one fault at one provider. */
export interface Cell {
	posts: number;
	images: number;
	kind: string | undefined;
	charged: boolean;
}

interface Column {
	id: ProviderId;
	displayName: string;
}

function cellText({ posts, images, kind, charged }: Cell): string {
	const outcome = [...(images > 0 ? [images === 1 ? 'image' : `${images} images`] : []), ...(kind === undefined ? [] : [kind satisfies string as FailureKind])];
	const paid = charged && kind !== undefined ? ', paid' : '';
	return `${posts} → ${outcome.join(' + ')}${paid}`;
}

const titles = { submit: 'Submit', status: 'Status', download: 'Download' };

/** The matrix as Markdown: one table per stage, rows faults, columns providers. */
export function renderMatrix(
	groups: Readonly<Record<keyof typeof titles, readonly FaultRow[]>>,
	cells: ReadonlyMap<FaultRow, ReadonlyMap<ProviderId, Cell>>,
	columns: readonly Column[],
): string {
	const count = Object.values(groups).flat().length;
	const lines = [
		'# Fault matrix',
		'',
		`${count} faults × ${columns.length} providers, measured by \`npm run faults\`: the nodes on n8n's own engine against the simulator, over real sockets.`,
		'A job without a fault runs next to each faulty one, and is delivered unless the fault affects both.',
		'',
		'A cell shows how many POSTs reached the provider, and the result: images, or the failure kind. *paid* means that the provider charged',
		'for something that was not delivered; the failure then says so, and names the task if its id is known. Each cell also checks that',
		'nothing is paid twice, that the message names the provider and the task, and that no key appears in any output, error or journal.',
	];
	for (const [group, title] of Object.entries(titles)) {
		lines.push('', `## ${title}`, '', `| fault | ${columns.map(({ displayName }) => displayName).join(' | ')} |`, `|---|${'---|'.repeat(columns.length)}`);
		for (const row of groups[group as keyof typeof titles]) {
			const texts = columns.map(({ id }) => {
				const cell = cells.get(row)?.get(id);
				return cell === undefined ? '' : cellText(cell);
			});
			lines.push(`| ${row.name} | ${texts.join(' | ')} |`);
		}
	}
	return `${lines.join('\n')}\n`;
}
