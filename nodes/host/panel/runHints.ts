import type { NodeHint } from 'n8n-workflow';

import { providers } from '../../providers';

const hint = (message: string, displayCondition: string): NodeHint => ({
	message,
	displayCondition,
	type: 'info',
	location: 'outputPane',
	whenToDisplay: 'beforeExecution',
});

const stopping =
	"Stopping the run does not cancel accepted tasks: you pay for them. n8n's log lists their IDs, and Seedream Wait for Task collects their images.";

/** Uses the raw parameters, because an expression has no value before the run. */
const waits = '$rawParameter["completion"] !== "returnTask" && $rawParameter["options"]?.["dryRun"] !== true';

/** What Generate's output pane says before a run: how long the chosen provider takes, and what Stop does. */
export const generateHints: NodeHint[] = providers.map(({ id, duration }) =>
	hint(`${duration} ${stopping}`, `={{ $rawParameter["provider"] === "${id}" && ${waits} }}`),
);

/** The same for several providers. */
export const anyProviderHints: NodeHint[] = [hint(`Each job goes to the first provider in the list that can take it. ${stopping}`, `={{ ${waits} }}`)];

/** The same for Wait for Task. */
export const waitHints: NodeHint[] = [
	hint(
		'Checking a task is free. If you stop the run, nothing is lost: execute this node again with the same task IDs.',
		'={{ $rawParameter["waitMode"] !== "callback" }}',
	),
];
