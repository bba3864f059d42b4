/** An hour, where a licence does not say. */
const DEFAULT_LEASE_SECONDS = 3600;

/** No grant is good for longer: what licences may ask for at most (policy/licence-terms.ts). */
export const LONGEST_GRANT_MS = 7 * 86_400_000;

/** How long a status list may be relied on, and how soon a suspension shows at the latest. */
export const STATUS_TTL_SECONDS = 300;

/** By how much the clock of whoever honours a grant may lag. */
const CLOCK_SKEW_MS = 60_000;

/** How long a revoked grant may still be honoured, by whoever read the list of statuses just before. */
export const REVOCATION_DELAY = { statusTtlMs: STATUS_TTL_SECONDS * 1000, clockSkewMs: CLOCK_SKEW_MS };

/** When nobody can honour a grant any more that ends so, unless it is revoked before. */
export function honouredUntil(end: Date): Date {
  return new Date(end.getTime() + CLOCK_SKEW_MS);
}

export function leaseSecondsOf({ leaseSeconds }: { readonly leaseSeconds?: number | undefined }): number {
  return leaseSeconds ?? DEFAULT_LEASE_SECONDS;
}

/** From when a grant may be renewed: before, asking for it answers the same one, and nothing is debited. */
export function halfLifeMs(issuedAtMs: number, expiresAtMs: number): number {
  return issuedAtMs + Math.ceil((expiresAtMs - issuedAtMs) / 2);
}
