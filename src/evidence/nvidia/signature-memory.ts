/**
 * Which key signed which OCSP response or responder's certificate, by their digests: a statement about bytes, true for ever
 * and whoever asks. Dates, names and what a certificate is for are asked each time. Failures are not kept, for some of them
 * are of one call alone.
 */
export class SignatureMemory {
  readonly #most: number;
  readonly #held = new Set<string>();

  constructor(most: number) {
    this.#most = most;
  }

  /** For one call of `verifyRevocation`, as its `outcomes`. */
  outcomes(): Map<string, unknown> {
    return new Outcomes(this.#held, (key) => this.#keep(key));
  }

  #keep(key: string): void {
    if (this.#held.size >= this.#most) {
      const [oldest] = this.#held;
      if (oldest !== undefined) this.#held.delete(oldest);
    }
    this.#held.add(key);
  }
}

/** What held before counts as held; what fails now is known until the call ends. */
class Outcomes extends Map<string, unknown> {
  readonly #held: ReadonlySet<string>;
  readonly #keep: (key: string) => void;

  constructor(held: ReadonlySet<string>, keep: (key: string) => void) {
    super();
    this.#held = held;
    this.#keep = keep;
  }

  override has(key: string): boolean {
    return super.has(key) || this.#held.has(key);
  }

  override set(key: string, outcome: unknown): this {
    if (outcome === undefined) this.#keep(key);
    return super.set(key, outcome);
  }
}
