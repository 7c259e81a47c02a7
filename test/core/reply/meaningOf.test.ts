import type { FailureKind } from '../../../nodes/core/failure/failure';
import { meaningOf } from '../../../nodes/core/reply/meaningOf';

describe('words', () => {
	test.each<[string, FailureKind | undefined]>([
		['Insufficient credits', 'insufficientCredits'],
		['INSUFFICIENT_CREDITS', 'insufficientCredits'],
		['InsufficientCredits', 'insufficientCredits'],
		['insufficient balance', 'insufficientCredits'],
		['Credits not enough', 'insufficientCredits'],
		['Your balance is too low', 'insufficientCredits'],
		['quota exceeded', 'insufficientCredits'],
		['CONTENT_VIOLATION', 'contentRejected'],
		['NSFW_DETECTED', 'contentRejected'],
		['SensitiveContent', 'contentRejected'],
		['SensitiveContentDetected', 'contentRejected'],
		['InputImageSensitiveContentDetected', 'contentRejected'],
		['InputOutputSensitiveContentDetected', 'contentRejected'],
		['NSFW', 'contentRejected'],
		['ProhibitedContentDetected', 'contentRejected'],
		['content violates policy', 'contentRejected'],
		['Invalid API key', 'authentication'],
		['INVALID_API_KEY', 'authentication'],
		['Unauthorized', 'authentication'],
		['TOO_MANY_REQUESTS', 'rateLimited'],
		['rate limit exceeded', 'rateLimited'],
		['PROMPT_TOO_LONG', 'invalidInput'],
		['PromptLengthExceeded', 'invalidInput'],
		['INVALID_IMAGE_URL', 'invalidInput'],
		['PROCESSING_TIMEOUT', undefined],
		['GENERATION_FAILED', undefined],
		['', undefined],
	])('%s means %s, as code and as message', (text, kind) => {
		expect(meaningOf({ code: text })?.kind).toBe(kind);
		expect(meaningOf({ message: text })?.kind).toBe(kind);
	});
});

test.each(['Too many images', 'too many reference images in the request', 'too many characters'])('"%s" is not a rate limit', (message) => {
	expect(meaningOf({ message })?.kind).toBeUndefined();
});
