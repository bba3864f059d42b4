import type { CollateralMetadata } from './port.ts';

/** A recovery event or a revocation is learned of within a day, however long the documents before it would hold. */
const GREATEST_AGE_MS = 86_400_000;
const LEAST_AGE_MS = 60_000;

type Dates = Pick<CollateralMetadata, 'issuedAt' | 'nextUpdate'>;

/** Whether a document counts at this instant. One without dates of its own always does: its certificates are asked later. */
export function isCurrent({ issuedAt, nextUpdate }: Dates, at: Date): boolean {
  return (issuedAt === null || issuedAt <= at) && (nextUpdate === null || at <= nextUpdate);
}

/**
 * When a document is to be renewed ahead of its expiry: a day after the vendor was last asked, or half-way from then to its
 * nextUpdate, whichever comes first. Null for what never ages.
 */
export function renewalDue({ fetchedAt, nextUpdate }: CollateralMetadata): Date | null {
  if (nextUpdate === null) return null;
  const half = (nextUpdate.getTime() - fetchedAt.getTime()) / 2;
  return new Date(fetchedAt.getTime() + Math.max(LEAST_AGE_MS, Math.min(GREATEST_AGE_MS, half)));
}
