import type { FailureKind } from '../../../nodes/core/failure/failure';
import { kindFromWords } from '../../../nodes/core/provider/words';

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
		['PROMPT_TOO_LONG', undefined],
		['PromptLengthExceeded', undefined],
		['INVALID_IMAGE_URL', undefined],
		['PROCESSING_TIMEOUT', undefined],
		['GENERATION_FAILED', undefined],
		['', undefined],
	])('%s means %s, as code and as message', (text, kind) => {
		expect(kindFromWords({ code: text })).toBe(kind);
		expect(kindFromWords({ message: text })).toBe(kind);
	});
});

test.each(['Too many images', 'too many reference images in the request', 'too many characters'])('"%s" is no rate limit', (message) => {
	expect(kindFromWords({ message })).toBeUndefined();
});
