import { parseInstant } from '../../bytes/instant.ts';
import { Seconds, type SecondsState } from './seconds.ts';
import { Ties, type TiesState } from './ties.ts';

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
  readonly answered: SecondsState;
  /** Seconds in which sessions were issued that are no longer remembered: there were too many of them. */
  readonly forgotten: SecondsState;
  /** Seconds in which nonces were issued whose accepted evidence was deleted by rule since; absent in notes of before anything could be. */
  readonly deleted?: SecondsState;
  /** Rules of retention in force, id and digest; and legal holds that stand, id and subject. */
  readonly retentionRules?: readonly (readonly [string, string])[];
  readonly legalHolds?: readonly (readonly [string, string])[];
  /** Principals, latches, suspended hosts and screened parties, by how acts left them (state/standing.ts). */
  readonly standings: readonly (readonly [string, string])[];
  /** Absent in notes of before holds on facilities and parties were looked for. */
  readonly ties?: TiesState;
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
  forgotten: [],
  standings: [],
  atMs: 0,
  beganMs: null,
};

/** Sessions end within minutes; one that nobody answered is of no more use after that. */
const MOST_OPEN = 50_000;

/** Its size does not grow with the log. */
export class Past {
  readonly keys: Set<string>;
  readonly inForce: Map<string, string>;
  readonly everInForce: Set<string>;
  readonly #open: Map<string, number>;
  readonly retentionRules: Map<string, string>;
  readonly legalHolds: Map<string, string>;
  readonly standings: Map<string, string>;
  readonly ties: Ties;
  readonly #answered: Seconds;
  readonly #forgotten: Seconds;
  readonly #deleted: Seconds;
  atMs: number;
  beganMs: number | null;

  constructor(state: PastState = NO_PAST) {
    this.keys = new Set(state.keys);
    this.inForce = new Map(state.inForce);
    this.everInForce = new Set(state.everInForce);
    this.#open = new Map(state.open);
    this.#answered = new Seconds(state.answered);
    this.#forgotten = new Seconds(state.forgotten);
    this.#deleted = new Seconds(state.deleted ?? []);
    this.retentionRules = new Map(state.retentionRules);
    this.legalHolds = new Map(state.legalHolds);
    this.standings = new Map(state.standings);
    this.ties = new Ties(state.ties);
    this.atMs = state.atMs;
    this.beganMs = state.beganMs;
  }

  state(): PastState {
    const { keys, inForce, everInForce, atMs, beganMs } = this;
    return {
      ...{ keys: [...keys], inForce: [...inForce], everInForce: [...everInForce] },
      ...{ open: [...this.#open], answered: this.#answered.state(), forgotten: this.#forgotten.state() },
      ...{ deleted: this.#deleted.state(), atMs, beganMs },
      ...{ retentionRules: [...this.retentionRules], legalHolds: [...this.legalHolds] },
      standings: [...this.standings],
      ties: this.ties.state(),
    };
  }

  issued(sessionId: string, atMs: number): void {
    this.#open.set(sessionId, atMs);
    if (this.#open.size <= MOST_OPEN) return;
    for (const [oldest, issuedAtMs] of this.#open) {
      this.#open.delete(oldest);
      this.#forgotten.add(secondOf(issuedAtMs));
      return;
    }
  }

  /** @param what whether what came proves anything: accepted, and there; or accepted, and deleted by rule since */
  answered(sessionId: string, what: 'proof' | 'deleted' | 'nothing'): void {
    const atMs = this.#open.get(sessionId);
    this.#open.delete(sessionId);
    if (atMs === undefined || what === 'nothing') return;
    (what === 'proof' ? this.#answered : this.#deleted).add(secondOf(atMs));
  }

  get unanswered(): number {
    return this.#open.size;
  }

  /** Whether accepted evidence answers a nonce of that instant, or did; null where it lies before what was read or is remembered. */
  hasEvidenceOf(issuedAt: string): boolean | 'deleted' | null {
    const atMs = parseInstant(issuedAt, 'evidenceIssuedAt').getTime();
    // The log never goes back: an act is dated as its predecessor where the clock said less.
    const seconds = [secondOf(atMs), secondOf(atMs) + 1];
    if (seconds.some((second) => this.#answered.has(second))) return true;
    if (seconds.some((second) => this.#deleted.has(second))) return 'deleted';
    const isUnknown = seconds.some(
      (second) => this.#forgotten.has(second) || this.#answered.isBefore(second),
    );
    return isUnknown || this.beganMs === null || atMs < this.beganMs ? null : false;
  }
}

function secondOf(ms: number): number {
  return Math.floor(ms / 1000);
}
