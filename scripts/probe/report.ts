/** What a user attaches to an issue. Contains field names, types and words of replies, never their other values. */

export interface Finding {
	/** Which reply or file it is about. */
	where: string;
	/** One sentence without a period. */
	text: string;
	/** Whether it contradicts the contract. If not, it answers an open question. */
	isDrift: boolean;
}

export interface Answer {
	question: string;
	answer: string;
}

export interface SeenReply {
	/** E.g. `status "completed", HTTP 200`. */
	what: string;
	times: number;
	/** `path: kind`, one per field. */
	shape: string[];
	/** The provider's own words, if it refused. */
	words?: string;
}

export type Verdict = 'fine' | 'drift' | 'failed';

export interface Report {
	package: string;
	runtime: string;
	/** ISO 8601, UTC. */
	time: string;
	provider: string;
	model: string;
	baseUrl: string;
	verdict: Verdict;
	/** Why it failed, in sentences. */
	failures: string[];
	credentialTest: { passed: boolean; says: string };
	/** The outcome of the paid job, in sentences. */
	job: string[];
	findings: Finding[];
	answers: Answer[];
	replies: SeenReply[];
}

const verdicts: Readonly<Record<Verdict, string>> = {
	fine: 'Everything that was checked is as documented.',
	drift: 'It works, but not everything is as documented: see the differences.',
	failed: 'It did not work: see the failures.',
};

export function verdictSentence({ verdict }: Report): string {
	return verdicts[verdict];
}

const longest = 400;

/** A provider's text must not become markup, a mention or a link in an issue. */
function inert(text: string): string {
	const short = text.length > longest ? `${text.slice(0, longest)}…` : text;
	return short
		.replace(/[\\`*_[\]<>#|~]/g, '\\$&')
		.replace(/@/g, '@\u200b')
		.replace(/:\/\//g, ':\u200b//');
}

const items = (lines: readonly string[], none: string): string[] => (lines.length === 0 ? [none] : lines.map((line) => `- ${inert(line)}`));

export function asMarkdown(report: Report): string {
	const { findings, answers, replies, credentialTest } = report;
	const told = (isDrift: boolean): string[] => findings.filter((finding) => finding.isDrift === isDrift).map(({ where, text }) => `${where}: ${text}`);
	const sections: Array<[title: string, lines: string[]]> = [
		['Credential test', [inert(`${credentialTest.passed ? 'Passed' : 'Failed'}. ${credentialTest.says}`)]],
		['Paid job', items(report.job, 'None was sent.')],
		['Differences from the contract', items(told(true), 'None.')],
		['Learned about what is not documented', items([...told(false), ...answers.map(({ question, answer }) => `${question}: ${answer}`)], 'Nothing.')],
		[
			'The fields of the replies, without their values',
			replies.length === 0
				? ['None.']
				: replies.flatMap(({ what, times, words, shape }) => [
						'',
						`**${inert(what)}**${times > 1 ? `, ${times} times` : ''}${words === undefined ? '' : `: "${inert(words)}"`}`,
						'',
						// Indented, because a fenced block could be ended by a field name.
						...(shape.length === 0 ? ['    (no JSON object)'] : shape.map((line) => `    ${line.replace(/\s+/g, ' ').slice(0, longest)}`)),
					]),
		],
	];
	if (report.failures.length > 0) sections.unshift(['Failures', items(report.failures, '')]);
	return [
		`# Contract probe: ${inert(report.provider)}, ${inert(report.model)}`,
		'',
		`**${verdictSentence(report)}**`,
		'',
		...items([`Package: ${report.package}`, `Runtime: ${report.runtime}`, `Time: ${report.time}`, `Base URL: ${report.baseUrl}`], ''),
		...sections.flatMap(([title, lines]) => ['', `## ${title}`, '', ...lines]),
		'',
	].join('\n');
}

export function asJson(report: Report): string {
	return `${JSON.stringify(report, null, '\t')}\n`;
}
