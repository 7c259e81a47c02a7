import type { Figure } from './main';
import { inShort, postsTo, runItems, type Observed } from './runItems';

const pricePerImage = 0.035;
const perMinute = 60;
/** Simultaneous requests: so many may be on their way when the first refusal arrives. */
const together = 20;

const parameters = { providers: ['apixo', 'pixwith'] };

function figuresOf(what: string, count: number, observed: Observed, mostRefused: number): Figure[] {
	const { images, tasks, submits } = observed;
	const refused = submits.length - tasks.length;
	const isPaidOnce = images === count && tasks.length === count;
	const [first, second] = [postsTo(observed, 'apixo'), postsTo(observed, 'pixwith')];
	return [
		{ what: `${what}: images (tasks paid)`, value: `${images} (${tasks.length})`, bar: `= ${count} (${count})`, isMet: isPaidOnce },
		{
			what: `${what}: POSTs to the first + second, refused`,
			value: `${first} + ${second}, ${refused}`,
			bar: `≤ ${mostRefused} refused`,
			isMet: refused <= mostRefused,
		},
		{ what: `${what}: in short`, value: inShort(observed), bar: '-', isMet: true },
	];
}

/** Seedream Any Provider with APIXO, then PixWith: the first takes all; runs out of credits; is limited to 60 requests a minute. */
export async function measureAnyProvider(count = 200): Promise<Figure[]> {
	const run = async (...flags: string[]): Promise<Observed> => await runItems({ count, node: 'seedreamAnyProvider', parameters, flags });
	const paidFor = Math.round(count * 0.6);
	return [
		...figuresOf(`Any Provider, ${count} items`, count, await run(), 0),
		...figuresOf(`first out of credits after ${paidFor}`, count, await run('--credits', `apixo=${(paidFor * pricePerImage).toFixed(3)}`), together + 1),
		...figuresOf(`first limited to ${perMinute} requests a minute`, count, await run('--rate-limit', `apixo=${perMinute}`), together + 1),
	];
}
