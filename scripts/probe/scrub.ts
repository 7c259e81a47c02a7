import { isJsonObject } from '../../nodes/core/json';
import { createRedactor, type Redactor } from '../../nodes/core/redactor';
import { spotsIn } from './compare';

const hidden = '[hidden]';

const patterns: ReadonlyArray<readonly [RegExp, string]> = [
	// A result URL gives access to the image, so only its host is shown.
	[/\b(https?:\/\/[^\s/"'`<>\\)]+)\/[^\s"'`<>\\)]*/gi, '$1/…'],
	[/[\w.+-]+@[\w-]+(\.[\w-]+)+/g, '[e-mail]'],
	[/\b[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}\b/gi, '[id]'],
	[/\b(Bearer|Basic)\s+[\w.~+/=*-]+/gi, '$1 [hidden]'],
	[/\b(sk|pk|pd|afk|aio|key)[_-](?=[\w*…-]*[\d*…])[\w*…-]{6,}/gi, '[hidden]'],
	[/\b(?=[\w-]*\d)(?=[\w-]*[a-z])[\w-]{24,}/gi, '[id]'],
	[/\b\d{1,3}(\.\d{1,3}){3}(:\d+)?\b/g, '[address]'],
];

/** Invisible characters: control characters could affect a terminal, and line breaks a report. */
const unprintable = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+/gu;

/** Words in a reply about an account that are the same for everybody. */
const ordinary = /^(success|member|viewer)$/i;

/** Removes private data from a text: the key, the account, addresses of people and machines. */
export class Scrubber {
	#known: Array<readonly [secret: string, shown: string]> = [];
	#redactors: Redactor[] = [];

	add(secret: string, shown = hidden): void {
		if (secret.length < 4) return;
		this.#known.push([secret, shown]);
		// A key is searched for in every encoding, as in the nodes.
		if (shown === hidden) this.#redactors.push(createRedactor([secret]));
	}

	/** Every text and number in a reply about an account that is long enough to be personal. */
	addAccount(body: unknown): void {
		for (const { value } of spotsIn(body)) {
			if (typeof value !== 'string' && typeof value !== 'number') continue;
			if (String(value).length >= 6 && !ordinary.test(String(value))) this.add(String(value), '[account]');
		}
	}

	text(text: string): string {
		let clean = this.#redactors.reduce((shown, redactor) => redactor.text(shown), text).replace(unprintable, ' ');
		// The longest first: a short secret may be part of a long one.
		for (const [secret, shown] of [...this.#known].sort(([one], [other]) => other.length - one.length)) {
			for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)])) {
				clean = clean.replaceAll(form, () => shown);
			}
		}
		for (const [pattern, shown] of patterns) clean = clean.replace(pattern, shown);
		return clean;
	}

	/** The same for everything in a report. */
	all<Value>(value: Value): Value {
		const clean = (inner: unknown): unknown => {
			if (typeof inner === 'string') return this.text(inner);
			if (Array.isArray(inner)) return inner.map(clean);
			if (isJsonObject(inner)) return Object.fromEntries(Object.entries(inner).map(([key, entry]) => [key, clean(entry)]));
			return inner;
		};
		return clean(value) as Value;
	}
}
