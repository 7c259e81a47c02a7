import { jsonText, type JsonObject } from '../json';
import { noWord, type Provider } from '../provider/provider';
import { looseWords, saysNothing } from '../provider/words';
import { oneLine, quote } from '../text';

const longest = 200;

/** The status of an unfinished task with the provider's words beside it, for the message at the deadline. */
export function describeStatus(provider: Provider, word: string, body: JsonObject): string {
	const documented = oneLine(provider.words(body).message ?? '');
	if (word !== noWord) {
		const isNews = !saysNothing(documented) && documented.toLowerCase() !== word.toLowerCase();
		return `last status "${word}"${isNews ? ` (${quote(documented, longest)})` : ''}`;
	}
	const said = saysNothing(documented) ? oneLine(looseWords(body) ?? '') : documented;
	return said === ''
		? `the last reply names no status: ${quote(oneLine(jsonText(body)), longest).slice(1, -1)}`
		: `the last reply names no status and says ${quote(said, longest)}`;
}
