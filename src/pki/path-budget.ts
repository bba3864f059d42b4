import { PathError } from './path-error.ts';

export type PathLimits = {
  /** Signature verifications: the costliest step, up to 2 ms for RSA-8192. */
  readonly signatures: number;
  /** Certificates tried as an issuer, and certificates walked in complete paths. */
  readonly steps: number;
  /** Names compared with name constraints: a product that two certificates of 60 KB drive into the millions. */
  readonly nameComparisons: number;
};

/**
 * Webpki's numbers for signatures and comparisons (`verify_cert.rs`, after CVE-2018-16875 and its kin): its authors measured that
 * honest web graphs need a few dozen signatures. Steps are fewer here than its 200,000: a step costs more in this language.
 */
export const DEFAULT_LIMITS: PathLimits = { signatures: 100, steps: 20_000, nameComparisons: 250_000 };

/** What one call may spend. Every `spend` throws PathError `budget_exceeded` once it is gone. */
export class PathBudget {
  readonly #left: { signatures: number; steps: number; nameComparisons: number };

  constructor(limits: PathLimits) {
    this.#left = { ...limits };
  }

  spend(what: keyof PathLimits, amount = 1): void {
    this.#left[what] -= amount;
    if (this.#left[what] < 0) {
      throw new PathError('budget_exceeded', `the search for a path used up its ${what}`, undefined, {
        path: what,
      });
    }
  }
}
