import { isSettled, settled } from '../bytes/canonical-json.ts';

/**
 * What is made of a value that nobody changes any more, made once and settled itself, for as long as the value lasts; of any other it is
 * made each time. Whatever it depends on besides is given with it, and compared by identity.
 */
export class Derived<Source extends object, Besides, Made extends object> {
  readonly #make: (source: Source, besides: Besides) => Made;
  readonly #made = new WeakMap<Source, { readonly besides: Besides; readonly value: Made }>();

  constructor(make: (source: Source, besides: Besides) => Made) {
    this.#make = make;
  }

  of(source: Source, besides: Besides): Made {
    if (!isSettled(source)) return this.#make(source, besides);
    const known = this.#made.get(source);
    if (known !== undefined && known.besides === besides) return known.value;
    const value = settled(this.#make(source, besides));
    this.#made.set(source, { besides, value });
    return value;
  }
}
