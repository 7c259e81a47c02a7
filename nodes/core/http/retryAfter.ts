/** If a provider asks for a longer pause, the job fails at once as rate-limited, so that no run hangs. */
export const longestRetryAfterSeconds = 300;

/** Quotas renew at least once a month, so a longer pause must be a mistake. */
const longestCredibleSeconds = 32 * 86_400;

/** Unix times in seconds are far below this number, those in milliseconds above it. */
const leastUnixMilliseconds = 1e11;

function credibleSeconds(seconds: number): number | undefined {
	return seconds <= longestCredibleSeconds ? Math.max(0, seconds) : undefined;
}

function secondsAsked(asked: string, nowMilliseconds: number): number | undefined {
	if (/^\d+(\.\d+)?$/.test(asked)) return credibleSeconds(Number(asked));
	// Date.parse reads any number as a year, so only a text with a time of day counts as a date.
	const date = /\d:\d/.test(asked) ? Date.parse(asked) : Number.NaN;
	return Number.isNaN(date) ? undefined : credibleSeconds((date - nowMilliseconds) / 1000);
}

/**
 * The seconds that a reply asks to wait: `Retry-After` in seconds or as a date (RFC 9110 §10.2.3),
 * else `X-RateLimit-Reset` in Unix seconds (PixelDojo's older docs) or milliseconds. Undefined if the reply gives neither.
 */
export function retryAfterSeconds(headers: Readonly<Record<string, string>>, nowMilliseconds: number): number | undefined {
	const asked = secondsAsked(headers['retry-after']?.trim() ?? '', nowMilliseconds);
	if (asked !== undefined) return asked;
	const reset = Number(headers['x-ratelimit-reset']);
	const remaining = headers['x-ratelimit-remaining'] ?? '0';
	if (remaining !== '0' || !Number.isFinite(reset) || reset <= 1e9) return undefined;
	return credibleSeconds((reset >= leastUnixMilliseconds ? reset : reset * 1000) / 1000 - nowMilliseconds / 1000);
}
