import { RequestError } from '../errors.ts';

/** What decides when a host may ask for its next session, milliseconds since the epoch. */
export type Pacing = {
  readonly next_attestation_after_ms: number;
  readonly session_issued_at_ms: number;
  /** Sessions issued since the last submission. */
  readonly unanswered: number;
};

/** A host may lose an answer, restart and try again at once; one that asks on and on without submitting waits. */
const FREE_SESSIONS = 3;
const FIRST_PAUSE_MS = 5_000;
const LONGEST_PAUSE_MS = 300_000;

/**
 * @throws RequestError `too_early` with Retry-After
 */
export function requireDue(pacing: Pacing, now: Date, intervalMs: number): void {
  const dueMs = Math.max(pacing.next_attestation_after_ms, afterUnanswered(pacing, intervalMs));
  const waitMs = dueMs - now.getTime();
  if (waitMs <= 0) return;
  const retryAfterSeconds = Math.ceil(waitMs / 1000);
  throw new RequestError('too_early', `this host's next session is due in ${retryAfterSeconds} s`, {
    retryAfterSeconds,
    expected: `from ${new Date(dueMs).toISOString()}`,
    actual: now.toISOString(),
  });
}

function afterUnanswered({ session_issued_at_ms, unanswered }: Pacing, intervalMs: number): number {
  return session_issued_at_ms + pauseAfter(unanswered - FREE_SESSIONS, intervalMs);
}

/**
 * When a host is to attest again: after an accepted submission at the usual interval, after refused ones soon, and later
 * with each, so that a host that was mended is not kept waiting and a broken one does not fill the log.
 *
 * @param failures refused submissions since the last accepted one, this one included
 */
export function nextAttestation(now: Date, failures: number, intervalMs: number): Date {
  const pauseMs = failures === 0 ? intervalMs : pauseAfter(failures - 1, intervalMs);
  return new Date(now.getTime() + pauseMs);
}

/** Doubles with each time; never longer than the interval at which the host would attest anyway. */
function pauseAfter(times: number, intervalMs: number): number {
  if (times < 0) return 0;
  return Math.min(FIRST_PAUSE_MS * 2 ** times, LONGEST_PAUSE_MS, intervalMs);
}

/** No result is good for longer after it is signed: its nonce was issued before. */
export function longestLifeMs(config: Parameters<typeof freshUntil>[1]): number {
  return freshUntil(new Date(0), config).getTime();
}

/** Until when a result may be relied on without a new one: a host may miss one attestation, and take a session over it. */
export function freshUntil(
  evidenceAt: Date,
  {
    attestationIntervalMs,
    sessionTtlMs,
  }: { readonly attestationIntervalMs: number; readonly sessionTtlMs: number },
): Date {
  return new Date(evidenceAt.getTime() + 2 * attestationIntervalMs + sessionTtlMs);
}
