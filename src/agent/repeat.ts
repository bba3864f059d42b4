import { type AgentCode, AgentError } from './errors.ts';
import { Refusal } from './verifier/refusal.ts';

/** Waits, or rejects with the signal's reason as soon as it is aborted. */
type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

/** Time and chance, handed in so that tests need not wait for either. */
export type Pace = {
  readonly clock: () => Date;
  readonly sleep: Sleep;
  /** Uniform in [0, 1). */
  readonly random: () => number;
};

/** Failures that end by themselves: networks, busy TPMs and TEEs, verifiers that restart. */
const MENDS_ITSELF: ReadonlySet<AgentCode> = new Set<AgentCode>([
  'verifier_unreachable',
  'deadline_exceeded',
  'tpm_timeout',
  'pcrs_moving',
  'tee_busy',
  'tee_other_writer',
  'metadata_unreachable',
]);

export function mendsItself(error: unknown): boolean {
  if (error instanceof Refusal) return error.transient;
  return error instanceof AgentError && MENDS_ITSELF.has(error.code);
}

/** Whether the verifier may have received and answered the request all the same. */
function mayHaveArrived(error: unknown): boolean {
  if (error instanceof Refusal) return error.status >= 500 || error.status === 429 || error.status === 408;
  return (
    error instanceof AgentError &&
    (error.code === 'verifier_unreachable' ||
      error.code === 'deadline_exceeded' ||
      error.code === 'answer_malformed')
  );
}

export type BackoffLimits = { readonly baseMs: number; readonly ceilingMs: number };

/**
 * Full jitter (uniform between nothing and an exponentially growing limit): after an outage a thousand hosts come back
 * spread out. A Retry-After is a floor under it, with the jitter on top.
 */
export function backoffMs(
  tries: number,
  { baseMs, ceilingMs }: BackoffLimits,
  random: () => number,
  retryAfterMs: number | null = null,
): number {
  const limit = Math.min(ceilingMs, baseMs * 2 ** Math.min(tries, 30));
  return (retryAfterMs ?? 0) + random() * limit;
}

const RESEND: BackoffLimits = { baseMs: 500, ceilingMs: 10_000 };

/**
 * Sends the same request again, byte for byte, as long as nobody can tell whether it arrived, until `until`: the
 * verifier keeps its answer for whoever repeats a submission.
 */
export async function resend<T>(
  send: () => Promise<T>,
  until: Date,
  { clock, sleep, random }: Pace,
  signal: AbortSignal,
): Promise<T> {
  for (let tries = 0; ; tries++) {
    try {
      return await send();
    } catch (error) {
      if (!mayHaveArrived(error)) throw error;
      const delay = backoffMs(tries, RESEND, random, error instanceof Refusal ? error.retryAfterMs : null);
      if (clock().getTime() + delay >= until.getTime()) throw error;
      await sleep(delay, signal);
    }
  }
}
