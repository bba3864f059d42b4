import { parseInstant } from '../../bytes/instant.ts';

/** What an audit remembers of earlier acts, to judge later ones by; it can be kept and gone on with. */
export type PastState = {
  /** Signing keys that an act has named. */
  readonly keys: readonly string[];
  /** Trust inputs that acts have put in force and not yet ended: id and digest. */
  readonly inForce: readonly (readonly [string, string])[];
  /** Every digest that was ever put in force. */
  readonly everInForce: readonly string[];
  /** Sessions that were issued and not yet answered: id and instant. */
  readonly open: readonly (readonly [string, number])[];
  /** Seconds in which nonces were issued that accepted evidence answers. */
  readonly answered: readonly number[];
  /** Of the act before, milliseconds. */
  readonly atMs: number;
  /** The first act that was read of this log. */
  readonly beganMs: number | null;
};

const NO_PAST: PastState = {
  keys: [],
  inForce: [],
  everInForce: [],
  open: [],
  answered: [],
  atMs: 0,
  beganMs: null,
};

/** Sessions end within minutes; one that nobody answered is of no more use after that. */
const MOST_OPEN = 50_000;
/** Some weeks of a busy log: no licence rests on evidence that is older. */
const MOST_SECONDS = 1_000_000;

export class Past {
  readonly keys: Set<string>;
  readonly inForce: Map<string, string>;
  readonly everInForce: Set<string>;
  readonly #open: Map<string, number>;
  readonly #answered: Set<number>;
  atMs: number;
  beganMs: number | null;

  constructor(state: PastState = NO_PAST) {
    this.keys = new Set(state.keys);
    this.inForce = new Map(state.inForce);
    this.everInForce = new Set(state.everInForce);
    this.#open = new Map(state.open);
    this.#answered = new Set(state.answered);
    this.atMs = state.atMs;
    this.beganMs = state.beganMs;
  }

  state(): PastState {
    const { keys, inForce, everInForce, atMs, beganMs } = this;
    return {
      ...{ keys: [...keys], inForce: [...inForce], everInForce: [...everInForce] },
      ...{ open: [...this.#open], answered: [...this.#answered], atMs, beganMs },
    };
  }

  issued(sessionId: string, atMs: number): void {
    this.#open.set(sessionId, atMs);
    dropOldest(this.#open, MOST_OPEN);
  }

  /** @param isProof whether what came proves anything: accepted, and there */
  answered(sessionId: string, isProof: boolean): void {
    const atMs = this.#open.get(sessionId);
    this.#open.delete(sessionId);
    if (atMs === undefined || !isProof) return;
    this.#answered.add(Math.floor(atMs / 1000));
    dropOldest(this.#answered, MOST_SECONDS);
  }

  get unanswered(): number {
    return this.#open.size;
  }

  /** Whether accepted evidence answers a nonce of that instant; null where it lies before what was read. */
  hasEvidenceOf(issuedAt: string): boolean | null {
    const atMs = parseInstant(issuedAt, 'evidenceIssuedAt').getTime();
    const second = Math.floor(atMs / 1000);
    // The log never goes back: an act is dated as its predecessor where the clock said less.
    if (this.#answered.has(second) || this.#answered.has(second + 1)) return true;
    return this.beganMs === null || atMs < this.beganMs ? null : false;
  }
}

function dropOldest(kept: Map<unknown, unknown> | Set<unknown>, most: number): void {
  if (kept.size <= most) return;
  const { value, done } = kept.keys().next();
  if (done !== true) kept.delete(value);
}
