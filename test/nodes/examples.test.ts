/** What a person sees who imports one of the examples; the end-to-end tests run them. */
import { type INode } from 'n8n-workflow';

import { exampleFiles, readExample } from '../e2e/support/exampleFiles';

/** What the canvas puts on its own, in its units: a node is a square with its name and subtitle below. */
const side = 96;
const labelHeight = 48;
const isNote = ({ type }: INode) => type === 'n8n-nodes-base.stickyNote';
/** A service's own address is for the user to put in: it belongs to nobody, or to this machine. */
const ownAddress = /^(https?:\/\/(localhost:5678|example\.com)(\/|$)|[^\s@]+@example\.com$)/;

interface Box {
	readonly node: INode;
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

function boxOf(node: INode): Box {
	const [left, top] = node.position;
	const { width, height } = isNote(node) ? (node.parameters as { width: number; height: number }) : { width: side, height: side + labelHeight };
	return { node, left, top, right: left + width, bottom: top + height };
}

const overlap = (one: Box, other: Box) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
const framesNode = (note: Box, { node, left, top, right, bottom }: Box) =>
	isNote(note.node) && !isNote(node) && left > note.left && right < note.right && top > note.top && bottom < note.bottom;
const collide = (one: Box, other: Box) => overlap(one, other) && !framesNode(one, other) && !framesNode(other, one);

describe.each(exampleFiles)('%s', (file) => {
	const workflow = readExample(file, 'http://localhost:5678');
	const { name, nodes, connections } = workflow;
	const text = JSON.stringify(workflow);
	const notes = nodes.filter(isNote);

	test('has a name of its own, and nodes with different names and ids', () => {
		expect(name).toMatch(/^Seedream\b/);
		for (const key of ['id', 'name'] as const) expect(new Set(nodes.map((node) => node[key])).size).toBe(nodes.length);
		const webhookIds = nodes.flatMap(({ webhookId }) => webhookId ?? []);
		expect(new Set(webhookIds).size).toBe(webhookIds.length);
	});

	test('connects only existing nodes, and leaves none unconnected', () => {
		const links = Object.entries(connections).flatMap(([from, byType]) =>
			Object.values(byType)
				.flat()
				.flatMap((targets) => (targets ?? []).map(({ node }) => [from, node])),
		);
		const linked = new Set(links.flat());
		expect([...linked].sort()).toEqual(
			nodes
				.filter((node) => !isNote(node))
				.map((node) => node.name)
				.sort(),
		);
	});

	test('names only demo credentials and those that the user creates, and no ids of an instance', () => {
		expect(text).not.toMatch(/instanceId|"versionId"|"active"|apiKey|"pinData"|"staticData"/);
		const credentials = nodes.flatMap((node) => Object.values(node.credentials ?? {}));
		expect(credentials.length).toBeGreaterThan(0);
		for (const one of credentials) expect(one).toEqual({ id: null, name: expect.stringMatching(/\(demo|^Your /) });
	});

	test('says in its name which accounts it needs beside the providers', () => {
		const own = nodes.flatMap(({ credentials = {} }) => Object.values(credentials).map((one) => one.name)).filter((one) => one.startsWith('Your '));
		const needs = [...new Set(own)].sort().map((one) => one.replace('Your', 'your'));
		expect(/ \(needs (.*)\)$/.exec(name)?.[1] ?? '').toBe(needs.join(' and '));
	});

	test('contains no real addresses or mailboxes', () => {
		const addresses = text.match(/https?:\/\/[^\s"'\\)`]+|[\w.+-]+@[\w-]+\.[\w.-]+/g) ?? [];
		for (const address of addresses) expect(address).toMatch(ownAddress);
	});

	test('explains itself in notes', () => {
		const contents = notes.map(({ parameters }) => parameters.content as string);
		expect(contents.some((content) => /^## \S[^\n]*\n+\S/.test(content))).toBe(true);
		for (const content of contents) expect(content.length).toBeGreaterThan(40);
	});

	test('is laid out on the grid, without overlapping nodes except on a note that frames them', () => {
		for (const { position } of nodes) expect(position.map((one) => Math.abs(one % 16))).toEqual([0, 0]);
		const boxes = nodes.map(boxOf);
		const collisions = boxes.flatMap((one, index) =>
			boxes
				.slice(index + 1)
				.filter((other) => collide(one, other))
				.map((other) => `${one.node.name} / ${other.node.name}`),
		);
		expect(collisions).toEqual([]);
	});
});
