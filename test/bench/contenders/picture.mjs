/** Draws how the cost grows: `node picture.mjs figures.json growth.svg`. A module of its own, because Vega is one. */
import { readFileSync, writeFileSync } from 'node:fs';

import { parse, View } from 'vega';
import { compile } from 'vega-lite';

const [, , dataFile = '', pictureFile = ''] = process.argv;
const titles = { wait: 'Generate', recipe: 'HTTP Request recipe', bare: 'bare script' };
const figures = {
	Seconds: (one) => one.makespan,
	// Fewer tasks need less processor time than n8n's other work.
	'Processor seconds': (one) => (one.count < 100 ? undefined : one.processorSecondsPerTask * one.count),
	// A new n8n still holds memory from its start.
	'Memory of the process (MB)': (one) => (one.rounds > 1 ? one.wholeMegabytes : undefined),
};

const { measured } = JSON.parse(readFileSync(dataFile, 'utf8'));
const series = measured.filter(({ contender, workload, count }) => contender in titles && workload === String(count));

const panel = ([title, valueOf]) => ({
	title,
	width: 230,
	height: 230,
	data: { values: series.map((one) => ({ tasks: one.count, contender: titles[one.contender], value: valueOf(one) })).filter(({ value }) => value > 0) },
	mark: { type: 'line', point: true },
	encoding: {
		x: { field: 'tasks', type: 'quantitative', title: 'Tasks', scale: { type: 'log' }, axis: { values: [1, 10, 100, 1000], grid: true } },
		y: { field: 'value', type: 'quantitative', title: null, scale: { type: 'log' } },
		color: {
			field: 'contender',
			type: 'nominal',
			title: null,
			sort: Object.values(titles),
			scale: { range: ['#ff6d5a', '#7a7a8c', '#2b9fb8'] },
			legend: { orient: 'bottom' },
		},
	},
});

const { spec } = compile({ background: 'white', padding: 12, hconcat: Object.entries(figures).map(panel) });
const view = new View(parse(spec), { renderer: 'none' });
writeFileSync(pictureFile, `${await view.toSVG()}\n`);
view.finalize();
