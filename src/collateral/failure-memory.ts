import { CollateralError, type CollateralErrorDetails } from './errors.ts';

/** Keys remembered at once: more fail only where somebody makes them up. */
const MAX_KEYS = 10_000;
const SHORTEST_MS = 5_000;
const LONGEST_MS = 600_000;
/** Unknown chips and platforms become known by somebody's work, not by asking again. */
const ABSENT_MS = 600_000;

type Remembered = { readonly said: Said; readonly until: number; readonly waitMs: number };

/**
 * What an error says. The error itself would keep all that was under way when it was made for as long as nobody asks for its stack:
 * certificates, evidence, answers.
 */
type Said = {
  readonly code: CollateralError['code'];
  readonly message: string;
  readonly details: CollateralErrorDetails;
};

/**
 * What failed lately is not asked again at once: a vendor that is down is not asked once for each of a thousand hosts, and one that
 * said how long to wait is obeyed.
 */
export class FailureMemory {
  readonly #failures = new Map<string, Remembered>();

  /** The failure that still stands, without its cause; or null. */
  standing(key: string, now: number): CollateralError | null {
    const known = this.#failures.get(key);
    if (known === undefined || known.until <= now) return null;
    const { code, message, details } = known.said;
    return new CollateralError(code, message, details);
  }

  note(key: string, error: CollateralError, now: number): void {
    const before = this.#failures.get(key)?.waitMs ?? 0;
    const doubled = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, before * 2));
    const waitMs = Math.max(
      error.retryAfterMs ?? 0,
      error.code === 'collateral_not_found' ? ABSENT_MS : doubled,
    );
    this.#failures.delete(key);
    this.#failures.set(key, { said: saidBy(error), until: now + waitMs, waitMs: doubled });
    if (this.#failures.size <= MAX_KEYS) return;
    const oldest = this.#failures.keys().next();
    if (oldest.done !== true) this.#failures.delete(oldest.value);
  }

  clear(key: string): void {
    this.#failures.delete(key);
  }
}

function saidBy(error: CollateralError): Said {
  // Neither message, stack nor cause are among its members.
  return { code: error.code, message: error.message, details: { ...error } };
}
