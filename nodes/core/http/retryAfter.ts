/** If a provider asks for a longer pause, the job fails as rate-limited at once, so that no run hangs. */
export const longestRetryAfterSeconds = 300;

/**
 * Seconds to wait as a reply asks: `Retry-After` in seconds or as a date (RFC 9110 §10.2.3),
 * else `X-RateLimit-Reset` in Unix seconds (PixelDojo's older docs). Undefined where it does not say.
 */
export function retryAfterSeconds(
	headers: Readonly<Record<string, string>>,
	nowMilliseconds: number,
): number | undefined {
	const asked = headers['retry-after']?.trim();
	if (asked !== undefined && asked !== '') {
		if (/^\d+(\.\d+)?$/.test(asked)) return Number(asked);
		// The parser reads any number as a year: only a text with a time of day is a date.
		const date = /\d:\d/.test(asked) ? Date.parse(asked) : Number.NaN;
		if (!Number.isNaN(date)) return Math.max(0, (date - nowMilliseconds) / 1000);
	}
	const reset = Number(headers['x-ratelimit-reset']);
	const remaining = headers['x-ratelimit-remaining'] ?? '0';
	if (remaining === '0' && Number.isFinite(reset) && reset > 1e9) {
		return Math.max(0, reset - nowMilliseconds / 1000);
	}
	return undefined;
}
