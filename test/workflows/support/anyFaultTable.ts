import { findProvider, type ProviderId } from '../../../nodes/providers';
import { anyFaultRows, pairs, type AnyFaultRow, type Pair } from './anyFaultRows';
import { heading } from './faultDocument';
import { tableText } from './faultTable';

/** The result of one fault with one pair of providers. */
export interface AnyCell {
	/** That reached the first and the second. */
	posts: readonly number[];
	by: ProviderId | undefined;
	kind: string | undefined;
	charged: boolean;
}

const nameOf = (id: ProviderId): string => findProvider(id)?.displayName ?? '';

function cellText({ posts, by, kind, charged }: AnyCell): string {
	const outcome = by === undefined ? `${kind}${charged ? ', paid' : ''}` : `image by ${nameOf(by)}`;
	return `${posts.join(' + ')} → ${outcome}`;
}

/** The matrix of several providers as Markdown. */
export function renderAnyMatrix(cells: ReadonlyMap<AnyFaultRow, ReadonlyMap<Pair, AnyCell>>): string {
	const rows = anyFaultRows.map((row) => [
		row.name,
		...pairs.map((pair) => {
			const cell = cells.get(row)?.get(pair);
			return cell === undefined ? '' : cellText(cell);
		}),
	]);
	const lines = [
		heading('any'),
		'',
		'Seedream Any Provider with two providers. A cell shows how many POSTs reached the first and the second, and the result. Beside the above, each cell checks that',
		'one provider at the most is paid, and that `attempts` tells who did not take the job and why.',
		'',
		...tableText(['fault', ...pairs.map((pair) => pair.map(nameOf).join(', then '))], rows),
	];
	return `${lines.join('\n')}\n`;
}
