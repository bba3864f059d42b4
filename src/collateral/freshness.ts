import type { CollateralMetadata } from './port.ts';

/** A recovery event or a revocation is learned of within a day, however long the documents before it would hold. */
const GREATEST_AGE_MS = 86_400_000;
const LEAST_AGE_MS = 60_000;
const FORGOTTEN_MS = 30 * 86_400_000;

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

export function isDue(document: CollateralMetadata, at: Date): boolean {
  const due = renewalDue(document);
  return due !== null && due <= at;
}

/** So long after its end, nobody needs a document any more: it is not renewed, and not counted. */
export function isForgotten({ nextUpdate }: CollateralMetadata, at: Date): boolean {
  return nextUpdate !== null && at.getTime() - nextUpdate.getTime() > FORGOTTEN_MS;
}
