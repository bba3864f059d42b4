import { equalBytes } from '../../bytes/equal.ts';

/** The end of what is signed is the end of its signature: it tells certificates apart better than their beginnings. */
const KEY_BYTES = 16;

/**
 * Parses what is presented again and again only once. A hit takes the very same bytes, all of them compared: that is
 * cheaper than a digest. The oldest goes when it is full, so that a stream of invented values costs memory for this many.
 */
export class DerCache<T> {
  readonly #most: number;
  readonly #parse: (der: Uint8Array) => T;
  readonly #entries = new Map<string, { readonly der: Uint8Array; readonly value: T }>();

  constructor(most: number, parse: (der: Uint8Array) => T) {
    this.#most = most;
    this.#parse = parse;
  }

  /** Throws what parsing throws, and remembers nothing then. */
  read(input: Uint8Array): T {
    const key = keyOf(input);
    const known = this.#entries.get(key);
    if (known !== undefined && equalBytes(known.der, input)) return known.value;
    const der = new Uint8Array(input);
    const value = this.#parse(der);
    if (this.#entries.size >= this.#most && known === undefined) {
      const [oldest] = this.#entries.keys();
      if (oldest !== undefined) this.#entries.delete(oldest);
    }
    this.#entries.set(key, { der, value });
    return value;
  }
}

function keyOf({ buffer, byteOffset, length }: Uint8Array): string {
  const bytes = Math.min(KEY_BYTES, length);
  return Buffer.from(buffer, byteOffset + length - bytes, bytes).toString('latin1');
}
