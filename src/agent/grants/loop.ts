import { SextantError } from '../../bytes/errors.ts';
import type { RenewalAnswer } from '../../protocol/grant.ts';
import { type BackoffLimits, backoffMs, type Pace } from '../repeat.ts';
import { Refusal } from '../verifier/refusal.ts';

export type GrantLoop = {
  readonly licences: readonly string[];
  readonly keep: (licenceId: string, signal: AbortSignal) => Promise<RenewalAnswer>;
  readonly pace: Pace;
  /** Told of each denial and failure, in a sentence. */
  readonly note: (sentence: string) => void;
  readonly signal: AbortSignal;
};

/** After a denial or a failure: what was denied may be mended by the next attestation, which asks at once. */
const AGAIN: BackoffLimits = { baseMs: 30_000, ceilingMs: 300_000 };
const SHORTEST_WAIT_MS = 1_000;
/** Hosts whose grants were issued by one decision do not all come back in the same second. */
const SPREAD_MS = 5_000;

/** Renews the grants of a host from half of their lives on, until the signal ends it. Never rejects for what a verifier says. */
export async function grantLoop(loop: GrantLoop): Promise<void> {
  const { licences, pace, signal } = loop;
  const failures = new Map<string, number>();
  while (!signal.aborted && licences.length > 0) {
    const now = pace.clock().getTime();
    let next = Number.POSITIVE_INFINITY;
    for (const licenceId of licences) {
      const tries = failures.get(licenceId) ?? 0;
      const dueMs = await keepOne(loop, licenceId, tries);
      if (signal.aborted) return;
      failures.set(licenceId, dueMs === null ? tries + 1 : 0);
      next = Math.min(next, dueMs ?? now + backoffMs(tries, AGAIN, pace.random) + AGAIN.baseMs);
    }
    const wait = Math.max(SHORTEST_WAIT_MS, next - pace.clock().getTime() + pace.random() * SPREAD_MS);
    try {
      await pace.sleep(wait, signal);
    } catch (error) {
      if (!signal.aborted) throw error;
    }
  }
}

/** When the grant is to be renewed; null where there is none. */
async function keepOne(
  { keep, note, signal }: GrantLoop,
  licenceId: string,
  tries: number,
): Promise<number | null> {
  try {
    const { grant, reasons } = await keep(licenceId, signal);
    if (grant !== null) return Date.parse(grant.renewAfter);
    if (tries === 0) note(`${licenceId} is not granted: ${reasons.map(({ code }) => code).join(', ')}`);
  } catch (error) {
    if (signal.aborted || !(error instanceof SextantError)) {
      if (signal.aborted) return null;
      throw error;
    }
    // Asked again within seconds of a denial: nothing is wrong.
    const isEarly = error instanceof Refusal && error.code === 'too_early';
    if (tries === 0 && !isEarly)
      note(`the grant under ${licenceId} was not fetched: ${error.code}: ${error.message}`);
  }
  return null;
}

/** After an attestation: a grant that cannot be had takes nothing from it, and {@link grantLoop} asks again. */
export async function refreshGrants(
  licences: readonly string[],
  keep: GrantLoop['keep'],
  signal: AbortSignal,
): Promise<void> {
  for (const licenceId of licences) {
    try {
      await keep(licenceId, signal);
    } catch (error) {
      if (signal.aborted || !(error instanceof SextantError)) throw error;
    }
  }
}
