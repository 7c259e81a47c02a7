const { rm } = require('node:fs/promises');
const { dest, parallel, src } = require('gulp');

/** `encoding: false` hands the files on as bytes, `base: '.'` keeps their folders below dist/. */
const copyToDist = (pattern) => src(pattern, { base: '.', encoding: false }).pipe(dest('dist'));

function icons() {
	return copyToDist('icons/**/*.svg');
}

function codex() {
	return copyToDist('nodes/**/*.node.json');
}

async function clean() {
	await rm('dist', { recursive: true, force: true });
}

exports.clean = clean;
exports.default = parallel(icons, codex);
