import type { IWebhookFunctions } from 'n8n-workflow';

import { startOnCallback } from '../../../nodes/host/callback/startOnCallback';
import { resumeOnCallback } from '../../../nodes/host/callback/resumeOnCallback';

/** A call during which n8n can read nothing, and what its sender is answered. */
function brokenCall(): { context: IWebhookFunctions; answers: number[]; warnings: string[] } {
	const answers: number[] = [];
	const warnings: string[] = [];
	const response = {
		headersSent: false,
		status: (code: number) => ({
			end: () => {
				answers.push(code);
				response.headersSent = true;
			},
		}),
	};
	const fail = () => {
		throw new Error('the database is away');
	};
	const context = {
		evaluateExpression: fail,
		getRequestObject: fail,
		getResponseObject: () => response,
		logger: { warn: (text: string) => warnings.push(text) },
	};
	return { context: context as unknown as IWebhookFunctions, answers, warnings };
}

test.each([
	['a parked execution', resumeOnCallback],
	['the trigger', startOnCallback],
] as const)('a call to %s that cannot be handled is answered so that it comes again, and starts nothing', async (_, handle) => {
	const { context, answers, warnings } = brokenCall();
	await expect(handle(context)).resolves.toEqual({ noWebhookResponse: true });
	expect(answers).toEqual([503]);
	expect(warnings).toEqual([expect.stringContaining('the database is away')]);
});
