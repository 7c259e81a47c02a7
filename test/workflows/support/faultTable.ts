import type { FailureKind } from '../../../nodes/core/failure/failure';
import { providerIds } from '../../../nodes/providers';
import { heading } from './faultDocument';
import type { Column, FaultGroup, FaultRow } from './faultRows';

/** The result of one fault at one provider. */
export interface Cell {
	posts: number;
	images: number;
	kind: string | undefined;
	charged: boolean;
}

function cellText({ posts, images, kind, charged }: Cell): string {
	const outcome = [...(images > 0 ? [images === 1 ? 'image' : `${images} images`] : []), ...(kind === undefined ? [] : [kind satisfies string as FailureKind])];
	const paid = charged && kind !== undefined ? ', paid' : '';
	return `${posts} → ${outcome.join(' + ')}${paid}`;
}

export type Cells = ReadonlyMap<FaultRow, ReadonlyMap<Column, Cell>>;

export function tableText(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string[] {
	return [`| ${head.join(' | ')} |`, `|${'---|'.repeat(head.length)}`, ...rows.map((texts) => `| ${texts.join(' | ')} |`)];
}

/** The matrix of single providers as Markdown: one table per group, rows faults, columns providers. */
export function renderMatrix(groups: readonly FaultGroup[], cells: Cells): string {
	const count = new Set(groups.flatMap(({ rows }) => rows)).size;
	const lines = [
		heading('single'),
		'',
		`${count} faults at ${providerIds.length} providers and their models, and those of Seedream Any Provider, measured by \`npm run faults\`: the nodes on n8n's own engine against the simulator, over real sockets.`,
		'A job without a fault runs next to each faulty one, and is delivered unless the fault affects both.',
		'',
		'A cell shows how many POSTs reached the provider, and the result: images, or the failure kind. *paid* means that the provider charged',
		'for something that was not delivered; the failure then says so, and names the task if its id is known. Each cell also checks that',
		'nothing is paid twice, that the message names the provider and the task, and that no key appears in any output, error or journal.',
	];
	for (const { title, rows, columns } of groups) {
		const texts = rows.map((row) => [
			row.name,
			...columns.map((column) => {
				const cell = cells.get(row)?.get(column);
				return cell === undefined ? '' : cellText(cell);
			}),
		]);
		lines.push('', `## ${title}`, '', ...tableText(['fault', ...columns.map(({ displayName }) => displayName)], texts));
	}
	return `${lines.join('\n')}\n`;
}
