import { providerIds, type ProviderId } from '../../../nodes/providers';
import { contractOf } from '../../support/contractOf';

const hasKey = (id: ProviderId): boolean => contractOf(id).request.idempotencyHeader !== undefined;

/** Providers whose submit nothing makes repeatable. */
export const withoutIdempotency = providerIds.filter((id) => !hasKey(id));

/**
 * For host behavior that does not depend on the provider, two represent all: one with an idempotency key and one without. What
 * differs between providers is in the fault matrix and in the contracts, which run for each.
 */
export const representatives = [...providerIds.filter(hasKey).slice(0, 1), ...withoutIdempotency.slice(0, 1)];
