import { omit } from 'lodash';

import { pathPart } from '../http/send';
import type { JsonObject } from '../json';
import { quote } from '../text';
import { portableRefusal } from './portableRequest';
import { noWord, type Model, type Provider, type ProviderAdapter, type ProviderDefinition, type StatusReading } from './provider';
import { searchImageUrls } from './resultUrls';
import { isTaskId } from './taskId';
import { taskIdsAt } from './taskIdAt';
import { unwrapped } from './unwrapped';
import { looseWords, saysNothing, wordsOf } from './words';

/** Joins definition and adapter into the provider with its default model; `models` holds the provider with each model. */
export function joinProvider(definition: ProviderDefinition, adapter: ProviderAdapter): Provider {
	const views: Provider[] = [];
	const [first, ...others] = definition.models;
	const withDefaultModel = viewOf(first, definition, adapter, views);
	views.push(withDefaultModel, ...others.map((model) => viewOf(model, definition, adapter, views)));
	return withDefaultModel;
}

function viewOf(model: Model, definition: ProviderDefinition, adapter: ProviderAdapter, models: readonly Provider[]): Provider {
	const { id, label, wireId, ...rules } = model;
	const facts = omit(definition, 'models', 'portableValues');
	const [{ fields, limits }] = definition.models;
	const saysStatus = (body: JsonObject): boolean => {
		const reading = adapter.readStatus(body, {});
		return reading.state !== 'unknownWord' || reading.word !== noWord;
	};
	/** The form of a status reply that says a status. */
	const plain = (body: JsonObject): JsonObject => (saysStatus(body) ? body : (unwrapped(body).find(saysStatus) ?? body));
	return {
		...facts,
		...rules,
		...adapter,
		model: { id, label, wireId },
		models,
		submit: { ...facts.submit, path: facts.submit.path.replace('{model}', wireId) },
		fixedFields: (task) => adapter.fixedFields(task, wireId),
		submitPath: ({ ofProvider }) => facts.submit.path.replace('{model}', pathPart(ofProvider?.modelId ?? wireId)),
		status: (taskId, overrides) => adapter.status(taskId, overrides, wireId),
		express(request) {
			const { imagesField } = facts.submit;
			const reason = portableRefusal(request, { ...facts, fields, ...limits, imagesField });
			return reason === undefined ? { values: definition.portableValues(request) } : { reason };
		},
		readSubmit: (body) => [body, ...unwrapped(body)].map((one) => adapter.readSubmit(one)).find((accepted) => accepted !== undefined),
		readTaskIds: (body) => taskIdsAt(plain(body), adapter.taskIdPaths),
		readStatus(body, overrides) {
			const reading = withShortTexts(withWords(adapter.readStatus(plain(body), overrides), adapter, body));
			const hasResultPath = facts.takesPaths === true && overrides.resultPath !== undefined;
			if (reading.state !== 'succeeded' || reading.urls.length > 0 || hasResultPath) return reading;
			// Searches undocumented fields too, because otherwise paid images would be lost.
			const found = searchImageUrls(body, referenceFields(definition));
			if (found.length === 0) return reading;
			const { unreadable: _unreadable, ...read } = reading;
			return { ...read, urls: found };
		},
		...(adapter.readCallback === undefined ? {} : { readCallback: (body) => taskIdOf(adapter.readCallback?.(body)) }),
	};
}

function taskIdOf(text: string | undefined): string | undefined {
	return text !== undefined && isTaskId(text) ? text : undefined;
}

/** In characters. No documented status word or time is longer. */
const longestWord = 80;

/** A text for messages and warnings: one short line without invisible characters. */
const shortText = (text: string): string =>
	quote(text.slice(0, longestWord * 2).replace(/\p{Cf}/gu, ''), longestWord)
		.slice(1, -1)
		.trim();

/** The reason of a failed task, also from undocumented fields. */
function withWords(reading: StatusReading, adapter: ProviderAdapter, body: JsonObject): StatusReading {
	if (reading.state !== 'failed' || !saysNothing(reading.words.message)) return reading;
	const documented = adapter.words(body);
	const message = saysNothing(documented.message) ? looseWords(body) : documented.message;
	return { ...reading, words: wordsOf(message, reading.words.code ?? documented.code) };
}

function withShortTexts(reading: StatusReading): StatusReading {
	if (reading.state === 'pending' || reading.state === 'unknownWord') return { ...reading, word: shortText(reading.word) };
	if (reading.state === 'succeeded' && reading.expiresAt !== undefined) return { ...reading, expiresAt: shortText(reading.expiresAt) };
	return reading;
}

/** The names under which a reply that echoes the request may have the reference images. These are not read as results: no image is better than a wrong one. */
function referenceFields({ submit, takesPaths }: Pick<ProviderDefinition, 'submit' | 'takesPaths'>): ReadonlySet<string> {
	const documented = submit.imagesField?.split('.').at(-1);
	// If no finished reply is documented, the results may be under any other name.
	if (documented !== undefined && takesPaths === true) return new Set([documented]);
	const likely = ['image_urls', 'image_url', 'image'];
	// A request field `image_urls` is not echoed as `images`, which is a common name for results.
	return new Set(documented === 'image_urls' ? likely : [...likely, 'images', ...(documented === undefined ? [] : [documented])]);
}
