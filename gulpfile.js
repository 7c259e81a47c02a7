const { rm } = require('node:fs/promises');
const { Transform } = require('node:stream');
const { dest, parallel, src } = require('gulp');

/** `encoding: false` hands the files on as bytes, `base: '.'` keeps their folders below dist/. */
const copyToDist = (pattern, ...steps) => [...steps, dest('dist')].reduce((files, step) => files.pipe(step), src(pattern, { base: '.', encoding: false }));

function icons() {
	return copyToDist('icons/**/*.svg');
}

/** n8n's node search finds Seedream Generate by the names of its providers, too. Reads what tsc has written. */
function codex() {
	const { providers } = require('./dist/nodes/providers');
	const names = providers.map(({ displayName }) => displayName);
	const addNames = new Transform({
		objectMode: true,
		transform(file, _encoding, done) {
			if (file.stem === 'SeedreamGenerate.node') {
				const content = JSON.parse(file.contents.toString());
				file.contents = Buffer.from(JSON.stringify({ ...content, alias: [...content.alias, ...names] }, null, '\t'));
			}
			done(null, file);
		},
	});
	return copyToDist('nodes/**/*.node.json', addNames);
}

/** What the nodes put out, for n8n's editor to show before the first run. */
function schemas() {
	return copyToDist('nodes/**/__schema__/**/*.json');
}

async function clean() {
	await rm('dist', { recursive: true, force: true });
}

exports.clean = clean;
exports.default = parallel(icons, codex, schemas);
