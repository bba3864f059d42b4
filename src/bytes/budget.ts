import { FormatError } from './errors.ts';

/**
 * How much work one verification may cause. Every default is far above what honest evidence needs and far below what
 * hurts; each cites its reason. Depth and size of one structure are ceilings of its parser, not of this budget.
 */
export type BudgetLimits = {
  /**
   * Signature verifications. The longest honest chain here has 6 certificates; cross-signed forests and CRLs multiply
   * that. 100 RSA-4096 verifications stay under 50 ms. The same figure as rustls-webpki, which chose it after
   * quadratic path building was used against it (RUSTSEC-2023-0053).
   */
  readonly signatures: number;
  /** Candidate issuers considered while a path is built; cheap each, exponential in a mesh of cross-certificates. */
  readonly pathSteps: number;
  /** Names compared with name constraints: the product of names and subtrees, both chosen by the sender. */
  readonly nameComparisons: number;
  /** Elements visited in lists that the sender makes long (revoked entries, responses). */
  readonly nodes: number;
};

const DEFAULTS: BudgetLimits = {
  signatures: 100,
  pathSteps: 10_000,
  nameComparisons: 250_000,
  nodes: 5_000_000,
};

/** What is left of the work that one verification may cause. Shared by all its parts, so that none gets its own. */
export class Budget {
  readonly #limits: BudgetLimits;
  readonly #spent: { -readonly [Kind in keyof BudgetLimits]: number } = {
    signatures: 0,
    pathSteps: 0,
    nameComparisons: 0,
    nodes: 0,
  };

  constructor(limits: Partial<BudgetLimits> = {}) {
    this.#limits = { ...DEFAULTS, ...limits };
  }

  /** Call before the work. @throws FormatError `budget_exceeded`, with the kind as its path */
  spend(kind: keyof BudgetLimits, amount = 1): void {
    this.#spent[kind] += amount;
    // Not `if (spent > limit) throw`: a limit that is not a number would then never be reached.
    if (this.#spent[kind] <= this.#limits[kind]) return;
    throw new FormatError('budget_exceeded', `more than ${this.#limits[kind]} ${kind}`, {
      path: kind,
      expected: `at most ${this.#limits[kind]}`,
      actual: `${this.#spent[kind]}`,
    });
  }

  spent(kind: keyof BudgetLimits): number {
    return this.#spent[kind];
  }
}
