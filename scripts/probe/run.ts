import { randomUUID } from 'node:crypto';

import { buildSubmit } from '../../nodes/core/submit/buildSubmit';
import { checkTask } from '../../nodes/core/parameters/checkTask';
import { readStatusReply } from '../../nodes/core/reply/readStatusReply';
import { readSubmitReply } from '../../nodes/core/reply/readSubmitReply';
import { wordsIn } from '../../nodes/core/reply/refusal';
import type { Clock } from '../../nodes/core/clock';
import { roundAmount, type Cost } from '../../nodes/core/cost';
import { describeFailure } from '../../nodes/core/failure/describeFailure';
import type { Failure } from '../../nodes/core/failure/failure';
import type { Reply, Send, SendOutcome } from '../../nodes/core/http/send';
import { isJsonObject } from '../../nodes/core/json';
import type { GenerateTask } from '../../nodes/core/provider/provider';
import { RateGate } from '../../nodes/core/http/rateGate';
import { submitTask } from '../../nodes/core/submit/submitTask';
import type { KnownTask } from '../../nodes/core/task/taskRef';
import { waitForTask } from '../../nodes/core/task/waitForTask';
import type { RegisteredProvider } from '../../nodes/providers';
import { name as packageName, version } from '../../package.json';
import { credentials } from '../credentials';
import { authHeaders, axiosSend, proxyFor } from './axiosSend';
import { compareReply, shapeOf, spotsIn, wordOf } from './compare';
import { contractOf } from '../../test/support/contractOf';
import type { ReplyContract } from '../../test/support/replyContract';
import { testCredential } from './credentialTest';
import { fetchImage } from './firstImage';
import { askForSchema } from './modelSchema';
import type { Answer, Finding, Report, SeenReply } from './report';
import { Scrubber } from './scrub';

/** Harmless and the same for everyone, so a report may quote it. */
export const probePrompt = 'A red apple on a white table, soft daylight';

const waitSeconds = 600;
const balanceTimeout = 30_000;

export interface ProbeOptions {
	provider: RegisteredProvider;
	key: string;
	/** Without a trailing slash. */
	baseUrl: string;
	/** Whether to send one paid job, if `confirm` agrees. */
	submit: boolean;
	/** Called with a question that names the cost. */
	confirm(question: string): Promise<boolean>;
	/** Progress messages. */
	say(line: string): void;
	clock: Clock;
}

const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`;
const costText = ({ amount, unit }: Cost): string => `${roundAmount(amount)} ${unit}`;

const charged = ({ mayBeCharged }: Failure): string =>
	mayBeCharged ? 'It may have been charged: check your account.' : 'According to its documentation, this costs nothing.';

function whatToCheck(reply: SendOutcome): string {
	if (reply.kind !== 'reply') return 'Check the network and, if you set it, SEEDREAM_BASE_URL.';
	return reply.status >= 500 || reply.status === 429 ? 'Try again later.' : 'Check the key and, if you set it, SEEDREAM_BASE_URL.';
}

/** What the steps of one probe collect. */
class Probe {
	readonly scrubber = new Scrubber();
	readonly send: Send;
	readonly failures: string[] = [];
	readonly findings: Finding[] = [];
	readonly answers: Answer[] = [];
	readonly job: string[] = [];
	readonly #replies = new Map<string, SeenReply>();
	readonly #contract;

	constructor(readonly options: ProbeOptions) {
		const { provider, key, baseUrl } = options;
		this.#contract = contractOf(provider.id).replies;
		this.send = axiosSend(baseUrl, authHeaders(credentials[provider.id], key), proxyFor(baseUrl));
		this.scrubber.add(key);
		// Providers quote keys with their middle left out.
		if (key.length >= 16) for (const part of [key.slice(0, 8), key.slice(0, 6), key.slice(-8), key.slice(-6)]) this.scrubber.add(part);
		if (baseUrl !== provider.baseUrl) {
			const { host, hostname, username, password } = new URL(baseUrl);
			for (const part of [baseUrl, host, hostname, username, password]) this.scrubber.add(part, '[base URL]');
		}
	}

	say(line: string): void {
		this.options.say(this.scrubber.text(line));
	}

	note(finding: Finding): void {
		if (!this.findings.some(({ where, text }) => where === finding.where && text === finding.text)) this.findings.push(finding);
	}

	/** Records a reply's structure, and compares it unless it is a refusal. */
	see(what: string, contract: ReplyContract, reply: Reply, isAnswer: boolean): void {
		const { body, status } = reply;
		const word = isJsonObject(body) ? wordOf(contract, body) : undefined;
		const where = `${what}${word === undefined ? '' : ` "${word}"`}`;
		const shape = isJsonObject(body) ? shapeOf(body) : [];
		const seen: SeenReply = { what: `${where}, HTTP ${status}`, times: 1, shape };
		const { message, code } = wordsIn(this.options.provider, reply);
		if (!isAnswer || status >= 300) seen.words = [message, code].filter((part) => part !== undefined).join(', ') || 'no words';
		const key = JSON.stringify(seen);
		const known = this.#replies.get(key);
		if (known !== undefined) known.times += 1;
		else this.#replies.set(key, seen);
		const isPlainObject = isJsonObject(body) && !('code' in body) && !('error' in body);
		if (!isAnswer && (status >= 300 || !isPlainObject)) return;
		if (!isJsonObject(body)) return this.note({ where, text: 'the reply is not a JSON object', isDrift: contract.undescribed !== true });
		for (const { path, text, isDrift } of compareReply(contract, body)) this.note({ where, text: `${path} ${text}`, isDrift });
	}

	/** Sends, and examines the reply before core does. */
	watched(what: string, contract: ReplyContract, isAnswer: (outcome: SendOutcome) => boolean): Send {
		return async (request, timeout, deadline) => {
			const outcome = await this.send(request, timeout, deadline);
			if (outcome.kind === 'reply') this.see(what, contract, outcome, isAnswer(outcome));
			return outcome;
		};
	}

	async testCredential(): Promise<Report['credentialTest']> {
		const { provider } = this.options;
		const { passed, reason, reply } = await testCredential(credentials[provider.id], this.send);
		if (reply.kind === 'reply') {
			if (passed && reply.status < 300) this.scrubber.addAccount(reply.body);
			this.see('credential test', this.#contract.account, reply, passed);
		}
		if (passed) return { passed, says: this.#contract.proves };
		const words = reply.kind === 'reply' ? wordsIn(provider, reply).message : undefined;
		const says = `${provider.displayName} did not pass the test: ${reason}${words === undefined ? '' : ` ("${words}")`}. ${whatToCheck(reply)}`;
		this.failures.push(says);
		return { passed, says };
	}

	async askForSchema(): Promise<void> {
		const { answers, findings } = await askForSchema(this.options.provider, this.send);
		this.answers.push(...answers);
		findings.forEach((finding) => this.note(finding));
	}

	async generate(): Promise<void> {
		const { provider, confirm } = this.options;
		const { task, faults } = checkTask(provider, { operation: 'textToImage', prompt: probePrompt, fields: {} });
		if (faults.length > 0) throw new Error(`The probe's own job is not valid: ${faults.join('; ')}`);
		const images = provider.imagesRequested(task.values);
		const { perImage, unit, documented, note } = provider.cost;
		const price = perImage === undefined ? undefined : { amount: perImage * images, unit };
		const known = price === undefined ? 'the price is not known' : `${documented ? '' : 'about '}${costText(price)}`;
		const question = `One image by ${provider.displayName} with ${provider.model.label} will be paid from your account: ${known} (${note}). Send it?`;
		if (!(await confirm(question))) {
			this.job.push('The paid job was declined; nothing was sent.');
			return;
		}
		const before = price === undefined ? await this.askForBalance() : undefined;
		await this.runJob(task, images, price);
		const after = before === undefined ? undefined : await this.askForBalance();
		if (before === undefined || after === undefined) return;
		const answer = `${costText({ amount: before - after, unit })} according to the account's balance, if nothing else used the account in the meantime`;
		this.answers.push({ question: `What an image with ${provider.model.label} costs`, answer });
	}

	private async runJob(task: GenerateTask, images: number, price: Cost | undefined): Promise<void> {
		const { provider, clock } = this.options;
		const { displayName } = provider;
		const request = buildSubmit(provider, task);
		const { idempotencyHeader } = provider.submit;
		if (idempotencyHeader !== undefined) request.headers = { [idempotencyHeader]: randomUUID() };
		const submittedAt = clock.now();
		const context = { provider, clock, gate: new RateGate(clock), deadline: submittedAt + waitSeconds * 1000 };
		const isAccepted = (outcome: SendOutcome): boolean => readSubmitReply(provider, outcome).kind === 'accepted';
		const submitted = await submitTask(request, { ...context, send: this.watched('submit', this.#contract.submit, isAccepted) });
		if (submitted.kind === 'failed') {
			const { failure } = submitted;
			this.failures.push(`${describeFailure({ provider: displayName, failure })} ${charged(failure)}`);
			this.job.push(`The job was not accepted: ${failure.kind}.`);
			return;
		}
		const { taskId, estimatedSeconds, cost } = submitted.accepted;
		this.options.say(`Task ${taskId} is accepted. If you stop now, Seedream Wait for Task can still collect it.`);
		this.scrubber.add(taskId, '[task]');
		const known: KnownTask = { provider: provider.id, taskId, submittedAt, warnings: [] };
		const seconds = estimatedSeconds ?? provider.estimatedSeconds?.(task.values);
		if (seconds !== undefined) known.estimatedSeconds = seconds;
		this.job.push(`Accepted${estimatedSeconds === undefined ? '' : `, announced for ${estimatedSeconds} seconds`}.`);

		let lastBody: unknown;
		const isBody = (outcome: SendOutcome): boolean => {
			if (outcome.kind === 'reply') lastBody = outcome.body;
			return readStatusReply(provider, outcome).kind === 'body';
		};
		const send = this.watched('status', this.#contract.status, isBody);
		const outcome = await waitForTask(known, { ...context, send, overrides: {} });
		const took = Math.round((clock.now() - submittedAt) / 1000);
		if (outcome.kind === 'failed') {
			const { failure } = outcome;
			this.failures.push(`${describeFailure({ provider: displayName, failure, taskId, timeoutSeconds: waitSeconds })} ${charged(failure)}`);
			this.job.push(`It ended after ${took} seconds and ${counted(outcome.statusRequests, 'status check')} as ${failure.kind}.`);
			return;
		}
		const { urls, expiresAt } = outcome;
		const places = new Set([...spotsIn(lastBody)].filter(({ value }) => typeof value === 'string' && urls.includes(value.trim())).map(({ path }) => path));
		this.job.push(
			`Finished after ${took} seconds and ${counted(outcome.statusRequests, 'status check')} with ${counted(urls.length, 'image')} at ${[...places].join(', ')}.`,
		);
		if (urls.length !== images) {
			this.note({ where: 'result', text: `${images} image was requested, but ${urls.length} were returned`, isDrift: true });
		}
		const told = outcome.cost ?? cost;
		if (told !== undefined) {
			this.job.push(`It cost ${costText(told)} by the provider's reply.`);
			if (price !== undefined && (told.unit !== price.unit || roundAmount(told.amount) !== roundAmount(price.amount))) {
				this.note({ where: 'cost', text: `the reply says ${costText(told)}, the package ${costText(price)}`, isDrift: provider.cost.documented });
			}
		}
		const lifetime = (Date.parse(expiresAt ?? '') - clock.now()) / 60_000;
		if (Number.isFinite(lifetime))
			this.answers.push({ question: 'How long a result URL lives', answer: `about ${Math.round(lifetime)} minutes, according to the reply` });
		await this.fetchFirst(urls[0] ?? '', task);
	}

	/** If no page documents the price, the account's balance shows it. */
	async askForBalance(): Promise<number | undefined> {
		const { balance } = this.options.provider;
		if (balance === undefined) return undefined;
		const reply = await this.send(balance.request, balanceTimeout);
		return reply.kind === 'reply' && isJsonObject(reply.body) ? balance.read(reply.body) : undefined;
	}

	private async fetchFirst(url: string, task: GenerateTask): Promise<void> {
		const { provider, baseUrl } = this.options;
		const image = await fetchImage(url, baseUrl);
		if (image.kind === 'failed') {
			this.failures.push(`The image could not be downloaded: ${image.reason}.`);
			return;
		}
		const { size, mimeType, bytes, host } = image;
		const pixels = size === undefined ? 'a size that the file does not show' : `${size.width}×${size.height} pixels`;
		this.job.push(`The first image is ${mimeType}, ${pixels}, ${bytes.toLocaleString('en-US')} bytes, from ${host}.`);
		const { outputFormat } = task.values;
		if (typeof outputFormat === 'string' && mimeType !== `image/${outputFormat}`) {
			this.note({ where: 'image', text: `it is ${mimeType}, but ${outputFormat} was requested`, isDrift: true });
		}
		const expected = provider.pixels(task.values);
		if (expected !== null && size !== undefined && (expected.width !== size.width || expected.height !== size.height)) {
			this.note({ where: 'image', text: `it has ${pixels}, but the panel shows ${expected.width}×${expected.height}`, isDrift: true });
		}
	}

	report(credentialTest: Report['credentialTest']): Report {
		const { provider, baseUrl, clock } = this.options;
		const { failures, findings } = this;
		return this.scrubber.all<Report>({
			package: `${packageName} ${version}`,
			runtime: `Node.js ${process.versions.node} on ${process.platform}`,
			time: new Date(clock.now()).toISOString(),
			provider: provider.displayName,
			model: provider.model.label,
			baseUrl: baseUrl === provider.baseUrl ? `the provider's own` : `not the provider's own`,
			verdict: failures.length > 0 ? 'failed' : findings.some(({ isDrift }) => isDrift) ? 'drift' : 'fine',
			failures,
			credentialTest,
			job: this.job,
			findings,
			answers: this.answers,
			replies: [...this.#replies.values()],
		});
	}
}

/** Asks a provider with a real key, and compares its replies with their description. */
export async function runProbe(options: ProbeOptions): Promise<Report> {
	const { provider, submit } = options;
	const probe = new Probe(options);
	probe.say(`Testing the key with ${provider.displayName} …`);
	const tested = await probe.testCredential();
	probe.say(`${tested.passed ? 'Passed' : 'Failed'}. ${tested.says}`);
	if (tested.passed) {
		if (contractOf(provider.id).publishesSchema === true) {
			probe.say('Reading the schema of the model …');
			await probe.askForSchema();
		}
		if (submit) await probe.generate();
	}
	return probe.report(tested);
}
