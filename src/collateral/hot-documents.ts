import { type CollateralDocument, type CollateralKey, keyText } from './port.ts';
import type { Timing } from './timing.ts';

/** In memory at once; the rest is read from the cache again. */
const MAX_HOT = 4096;
/** Another process may have stored a newer version. */
const HOT_MS = 60_000;

/** A document that was judged, with what its maker never lowers. */
export type Judged = { readonly document: CollateralDocument; readonly version: number | null };

/** Judged documents in memory: the same objects each time, for a minute. */
export class HotDocuments {
  readonly #timing: Timing;
  readonly #hot = new Map<string, Judged & { readonly since: number }>();

  constructor(timing: Timing) {
    this.#timing = timing;
  }

  get(key: CollateralKey): Judged | null {
    const hot = this.#hot.get(keyText(key));
    return hot !== undefined && this.#timing.now() - hot.since < HOT_MS ? hot : null;
  }

  set(judged: Judged): void {
    const key = keyText(judged.document.key);
    this.#hot.delete(key);
    this.#hot.set(key, { ...judged, since: this.#timing.now() });
    if (this.#hot.size <= MAX_HOT) return;
    const coldest = this.#hot.keys().next();
    if (coldest.done !== true) this.#hot.delete(coldest.value);
  }

  delete(key: CollateralKey): void {
    this.#hot.delete(keyText(key));
  }

  /** What judged the others has changed: all are judged again. */
  clear(): void {
    this.#hot.clear();
  }
}
