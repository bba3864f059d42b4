/**
 * Which key signed which certificate, by their digests, as {@link verifyPath} found: a statement about bytes, true for ever and whoever asks. For
 * searches with the same algorithms. Dates, names and what a certificate is for are asked each time; failures are not kept.
 */
export class KnownSignatures {
  readonly #most: number;
  readonly #held = new Set<string>();

  /** @param most of them; the oldest give way */
  constructor(most: number) {
    this.#most = most;
  }

  has(edge: string): boolean {
    return this.#held.has(edge);
  }

  add(edge: string): void {
    if (this.#held.size >= this.#most) {
      const [oldest] = this.#held;
      if (oldest !== undefined) this.#held.delete(oldest);
    }
    this.#held.add(edge);
  }
}
