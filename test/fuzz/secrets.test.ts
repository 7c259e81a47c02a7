/** Keys of any characters, in every encoding. */
import fc from 'fast-check';

import { createRedactor } from '../../nodes/core/redactor';
import { each, spellings } from '../support/spellings';
import { holds } from './support/property';

/** Those that write each character alone. */
const ways = spellings.filter(([name]) => /^in (JSON$|JSON of|a URL, all|HTML by|Python|JavaScript|e-mail|capitals)/.test(name)).map(([, write]) => write);
const anyKey = fc.string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 40 }).map((text) => text.replace(/\s/g, 'x'));
const written = fc
	.tuple(anyKey, fc.array(fc.nat({ max: ways.length - 1 }), { minLength: 40, maxLength: 40 }))
	.map(([secret, choices]) => ({ secret, text: [...secret].map((one, index) => each(one, ways[choices[index] ?? 0] ?? String)).join('') }));

holds('a key is hidden, each character written in a way of its own', 300, written, ({ secret, text }) => {
	const shown = createRedactor([secret]).text(`<${text}>`);
	return shown === '<[hidden]>' ? undefined : `${secret}, written ${text}, is shown as ${shown}`;
});
