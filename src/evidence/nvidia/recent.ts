import { hash } from 'node:crypto';

/**
 * What was read of bytes that are presented again and again: chains of one chip, manifests of one driver. By SHA-256; the
 * oldest goes when it is full, so that a stream of invented values costs memory for this many.
 */
export class Recent<T> {
  readonly #most: number;
  readonly #entries = new Map<string, T>();

  constructor(most: number) {
    this.#most = most;
  }

  /** Throws what reading throws, and remembers nothing then. */
  read(bytes: Uint8Array, read: (bytes: Uint8Array) => T): T {
    const key = hash('sha256', bytes, 'base64');
    const known = this.#entries.get(key);
    if (known !== undefined) return known;
    const value = read(bytes);
    if (this.#entries.size >= this.#most) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, value);
    return value;
  }
}
