import type { Finding } from '../../record/audit/findings.ts';

/** Findings that are told one by one; of more there is their number, by code. */
const TOLD = 1_000;
/** Of what could not be checked: so many examples of each. */
const EXAMPLES = 3;
/** Kinds of acts, and of reasons, that are told apart: a log of nothing but strange ones must not fill the auditor's memory. */
const KINDS = 500;
/** Days that are kept: the newest. */
const DAYS = 4_000;

export type Unchecked = {
  /** What was not checked, e.g. `decisions.replayed`. */
  readonly what: string;
  readonly reason: string;
  readonly count: number;
  readonly examples: readonly string[];
};

/** What an audit has seen so far, as something that can be kept and gone on with. */
export type TallyState = {
  /** How many of each hold, by what was asked of them. */
  readonly holds: { readonly [check: string]: number };
  /** Every finding by its code; the first ones also one by one. */
  readonly found: { readonly [code: string]: number };
  readonly findings: readonly Finding[];
  readonly unchecked: readonly Unchecked[];
  /** Acts that were opened, by type; and by day, for a picture of when the log grew. */
  readonly types: { readonly [type: string]: number };
  readonly days: { readonly [day: string]: number };
};

const NOTHING_SEEN: TallyState = { holds: {}, found: {}, findings: [], unchecked: [], types: {}, days: {} };

/** Collects what holds, what does not, and what nobody could ask. Its size does not grow with the log. */
export class Tally {
  readonly #holds: Map<string, number>;
  readonly #found: Map<string, number>;
  readonly #findings: Finding[];
  readonly #unchecked: Map<string, { what: string; reason: string; count: number; examples: string[] }>;

  readonly #types: Map<string, number>;
  readonly #days: Map<string, number>;

  constructor({ holds, found, findings, unchecked, types, days }: TallyState = NOTHING_SEEN) {
    this.#types = new Map(Object.entries(types));
    this.#days = new Map(Object.entries(days));
    this.#holds = new Map(Object.entries(holds));
    this.#found = new Map(Object.entries(found));
    this.#findings = [...findings];
    this.#unchecked = new Map(
      unchecked.map((one) => [`${one.what}\0${one.reason}`, { ...one, examples: [...one.examples] }]),
    );
  }

  holds(check: string, count = 1): void {
    this.#holds.set(check, (this.#holds.get(check) ?? 0) + count);
  }

  opened(type: string, atMs: number): void {
    const kind = this.#types.has(type) || this.#types.size < KINDS ? type : 'others';
    const day = new Date(atMs).toISOString().slice(0, 10);
    this.#types.set(kind, (this.#types.get(kind) ?? 0) + 1);
    this.#days.set(day, (this.#days.get(day) ?? 0) + 1);
    for (const oldest of this.#days.keys()) {
      if (this.#days.size <= DAYS) break;
      this.#days.delete(oldest);
    }
  }

  found(finding: Finding | null): void {
    if (finding === null || this.#isKnown(finding)) return;
    this.#found.set(finding.code, (this.#found.get(finding.code) ?? 0) + 1);
    if (this.#findings.length < TOLD) this.#findings.push(finding);
  }

  unchecked(what: string, why: string, subject: string, count = 1): void {
    const isTold = this.#unchecked.has(`${what}\0${why}`) || this.#unchecked.size < KINDS;
    const reason = isTold ? why : 'for further reasons';
    const key = `${what}\0${reason}`;
    const known = this.#unchecked.get(key) ?? { what, reason, count: 0, examples: [] };
    known.count += count;
    if (known.examples.length < EXAMPLES) known.examples.push(subject);
    this.#unchecked.set(key, known);
  }

  state(): TallyState {
    return {
      holds: Object.fromEntries(this.#holds),
      found: Object.fromEntries(this.#found),
      findings: [...this.#findings],
      unchecked: [...this.#unchecked.values()].map((one) => ({ ...one, examples: [...one.examples] })),
      types: Object.fromEntries(this.#types),
      days: Object.fromEntries(this.#days),
    };
  }

  /** One broken tile is asked for by every bundle below it, and told once. */
  #isKnown({ code, subject }: Finding): boolean {
    return this.#findings.some((other) => other.code === code && other.subject === subject);
  }
}
