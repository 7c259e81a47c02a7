import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';

import type { Clock } from '../../nodes/core/clock';
import { findModel, modelFault } from '../../nodes/core/provider/findModel';
import { providerIds, providers, type RegisteredProvider } from '../../nodes/providers';
import { asJson, asMarkdown, verdictSentence, type Report } from './report';
import { runProbe } from './run';
import { isWebUrl } from '../../nodes/core/http/url';

const modelLists = providers
	.filter(({ models }) => models.length > 1)
	.map(
		({ id, models }) =>
			`${id} also has ${models
				.slice(1)
				.map(({ model }) => model.id)
				.join(', ')}`,
	);

export const usage = `Usage: npm run probe -- <provider> [--model <model>] [--submit] [--yes] [--report <file>]

  <provider>       ${providerIds.join(', ')}
  --model <model>  by default seedream-4.5; ${modelLists.join('; ')}
  --submit         also send one paid job, after showing the cost and asking
  --yes            pay without asking
  --report <file>  write a report without secrets, as Markdown or (*.json) JSON

The key is read from SEEDREAM_<PROVIDER>_KEY, e.g. SEEDREAM_APIXO_KEY, otherwise from SEEDREAM_API_KEY.
SEEDREAM_BASE_URL replaces the provider's own address, for a gateway or the simulator.`;

export const exitCodes = { fine: 0, drift: 1, failed: 1, usage: 2 } as const;

export interface DryRunContext {
	environment: Readonly<Record<string, string | undefined>>;
	clock: Clock;
	write(line: string): void;
	complain(line: string): void;
	/** Undefined without a terminal. */
	ask?(question: string): Promise<string>;
}

class WrongUsage extends Error {}

interface Wish {
	provider: RegisteredProvider;
	key: string;
	baseUrl: string;
	submit: boolean;
	yes: boolean;
	reportFile?: string;
}

function readArguments(args: readonly string[]): {
	values: { model?: string; submit?: boolean; yes?: boolean; report?: string; help?: boolean };
	positionals: string[];
} {
	try {
		return parseArgs({
			args: [...args],
			allowPositionals: true,
			options: { model: { type: 'string' }, submit: { type: 'boolean' }, yes: { type: 'boolean' }, report: { type: 'string' }, help: { type: 'boolean' } },
		});
	} catch (error) {
		// The sentence after the first one explains how to pass a file whose name begins with a dash.
		const [first = ''] = String((error as Partial<Error>).message).split(/\.\s/);
		throw new WrongUsage(`${first.replace(/\.$/, '')}.\n\n${usage}`);
	}
}

function readKey(provider: RegisteredProvider, environment: DryRunContext['environment']): string {
	const own = `SEEDREAM_${provider.id.toUpperCase()}_KEY`;
	const name = (environment[own] ?? '').trim() === '' ? 'SEEDREAM_API_KEY' : own;
	const key = (environment[name] ?? '').trim();
	if (key === '')
		throw new WrongUsage(`There is no key for ${provider.displayName}: put it into ${own} or SEEDREAM_API_KEY. You can get one at ${provider.accountUrl}.`);
	if (key.length < 6 || /[^\x21-\x7e]/.test(key))
		throw new WrongUsage(`${name} is not an API key: it is too short, or it has spaces or other characters that no key has.`);
	return key;
}

function readBaseUrl(provider: RegisteredProvider, environment: DryRunContext['environment']): string {
	const text = (environment.SEEDREAM_BASE_URL ?? '').trim().replace(/\/+$/, '');
	if (text === '') return provider.baseUrl;
	if (!isWebUrl(text) || /[?#]/.test(text)) {
		throw new WrongUsage('SEEDREAM_BASE_URL must be an address such as https://gateway.example.com/api/v1, without ? and #.');
	}
	return text;
}

function readModel(provider: RegisteredProvider, id: string | undefined): RegisteredProvider {
	if (id === undefined) return provider;
	const found = findModel(provider, id);
	if (found === undefined) throw new WrongUsage(`${modelFault(provider, id)}.`);
	return { ...found, id: provider.id };
}

/** Checked before anything is paid. */
function checkReportFile(file: string): string {
	const path = resolve(file);
	const folder = dirname(path);
	try {
		accessSync(folder, constants.W_OK);
		const existing = statSync(path, { throwIfNoEntry: false });
		if (existing?.isFile() === false) throw new Error('no file');
		if (existing !== undefined) accessSync(path, constants.W_OK);
	} catch {
		throw new WrongUsage(`The report cannot be written to ${file}: the folder must exist, and the file must be writable.`);
	}
	return path;
}

function readWish(args: readonly string[], { environment, ask }: DryRunContext): Wish | undefined {
	const { values, positionals } = readArguments(args);
	if (values.help === true) return undefined;
	const [id, ...more] = positionals;
	if (id === undefined) throw new WrongUsage(`Which provider?\n\n${usage}`);
	if (more.length > 0) throw new WrongUsage(`One provider at a time, please.\n\n${usage}`);
	const named = providers.find((one) => one.id.toLowerCase() === id.toLowerCase());
	if (named === undefined) throw new WrongUsage(`There is no provider "${id}". There are ${providerIds.join(', ')}.`);
	const { model, submit = false, yes = false, report } = values;
	const provider = readModel(named, model);
	if (yes && !submit) throw new WrongUsage('--yes answers the question that --submit asks: without --submit nothing is paid.');
	if (submit && !yes && ask === undefined) {
		throw new WrongUsage('--submit costs money and asks first, but there is no terminal to ask on. Add --yes if you agree to pay for one image.');
	}
	const wish: Wish = { provider, key: readKey(provider, environment), baseUrl: readBaseUrl(provider, environment), submit, yes };
	if (report !== undefined) wish.reportFile = checkReportFile(report);
	return wish;
}

function summary(report: Report): string[] {
	const { failures, findings, answers, job } = report;
	const part = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `  ${line}`)]);
	const told = (isDrift: boolean): string[] => findings.filter((finding) => finding.isDrift === isDrift).map(({ where, text }) => `${where}: ${text}`);
	return [
		...part('Failures', failures),
		...part('Paid job', job),
		...part('Differences from the contract', told(true)),
		...part('Learned about what is not documented', [...told(false), ...answers.map(({ question, answer }) => `${question}: ${answer}`)]),
		'',
		verdictSentence(report),
	];
}

async function probe(wish: Wish, { clock, write, ask }: DryRunContext): Promise<number> {
	const { provider, key, baseUrl, submit, yes, reportFile } = wish;
	const report = await runProbe({
		provider,
		key,
		baseUrl,
		submit,
		clock,
		say: write,
		async confirm(question) {
			if (!yes) return /^y(es)?$/i.test(((await ask?.(`${question} (y/N) `)) ?? '').trim());
			write(`${question} Yes (--yes).`);
			return true;
		},
	});
	summary(report).forEach(write);
	if (reportFile === undefined) write('Add --report probe.md for a report that you can attach to an issue.');
	else {
		writeFileSync(reportFile, reportFile.toLowerCase().endsWith('.json') ? asJson(report) : asMarkdown(report));
		write('The report is written. Read it before you attach it to an issue: it quotes the provider.');
	}
	return exitCodes[report.verdict];
}

/** The whole command; returns the exit code. */
export async function main(args: readonly string[], surroundings: DryRunContext): Promise<number> {
	try {
		const wish = readWish(args, surroundings);
		if (wish !== undefined) return await probe(wish, surroundings);
		surroundings.write(usage);
		return exitCodes.fine;
	} catch (error) {
		if (!(error instanceof WrongUsage)) throw error;
		surroundings.complain(error.message);
		return exitCodes.usage;
	}
}
