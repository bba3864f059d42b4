import type { AlgorithmPolicy } from './algorithm-policy.ts';
import type { Certificate } from './certificate.ts';
import type { KnownSignatures } from './known-signatures.ts';
import type { PathBudget } from './path-budget.ts';
import { atCertificate, PathError } from './path-error.ts';
import type { PublicKeyInfo } from './public-key.ts';
import { verifySignature } from './signature.ts';

/**
 * Remembers, for one search, which key signed which certificate: paths through one mesh share most of their edges, and
 * each edge costs one verification however many paths cross it.
 */
export class SignatureLedger {
  readonly #algorithms: AlgorithmPolicy;
  readonly #budget: PathBudget;
  readonly #known: KnownSignatures | undefined;
  readonly #verdicts = new Map<string, PathError | 'holds'>();

  constructor(algorithms: AlgorithmPolicy, budget: PathBudget, known?: KnownSignatures) {
    this.#algorithms = algorithms;
    this.#budget = budget;
    this.#known = known;
  }

  /** 6.1.3 (a)(1). Throws PathError with the code of a {@link SignatureError}. */
  demand(certificate: Certificate, key: PublicKeyInfo): void {
    const edge = `${certificate.sha256}${key.sha256}`;
    if (this.#known?.has(edge) === true) return;
    const verdict = this.#verdicts.get(edge) ?? this.#verify(certificate, key);
    this.#verdicts.set(edge, verdict);
    if (verdict !== 'holds') throw verdict;
    this.#known?.add(edge);
  }

  #verify(certificate: Certificate, key: PublicKeyInfo): PathError | 'holds' {
    this.#budget.spend('signatures');
    try {
      atCertificate(certificate, () => verifySignature(certificate, key, this.#algorithms));
      return 'holds';
    } catch (error) {
      if (error instanceof PathError) return error;
      throw error;
    }
  }
}
