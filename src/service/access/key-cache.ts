import type { CryptoKey } from 'jose';
import type { KeyCache } from '../dpop/proof.ts';

/** Far more than people and programs of one verifier; about 1 KiB each. */
const MAX_KEYS = 4_096;

/** Imported keys of bound tokens, the first remembered forgotten first. Strangers never enter. */
export class TokenKeyCache implements KeyCache {
  readonly #keys = new Map<string, CryptoKey>();

  get(jkt: string): CryptoKey | undefined {
    return this.#keys.get(jkt);
  }

  keep(jkt: string, key: CryptoKey): void {
    if (this.#keys.has(jkt)) return;
    if (this.#keys.size >= MAX_KEYS) {
      for (const first of this.#keys.keys()) {
        this.#keys.delete(first);
        break;
      }
    }
    this.#keys.set(jkt, key);
  }
}
