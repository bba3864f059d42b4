import type { Scalar } from './port.ts';

/**
 * Places for several values of one kind in a statement, which knows no lists: as many holes as it takes at a time. Where there are fewer
 * values the first stands in the places that are left: within `in` it is the same as once.
 */
export class Slots<T extends Scalar> {
  /** Of its holes. */
  readonly names: readonly string[];

  constructor(prefix: string, count: number) {
    this.names = Array.from({ length: count }, (_, slot) => `${prefix}${slot}`);
  }

  /** As many at a time as there are holes, in order. */
  *pages<V extends T>(values: readonly V[]): Generator<readonly V[]> {
    const { length } = this.names;
    for (let first = 0; first < values.length; first += length) yield values.slice(first, first + length);
  }

  /** @param values one at least, and no more than there are holes */
  fill(values: readonly T[]): { [slot: string]: T } {
    const [first, ...others] = values;
    if (first === undefined || others.length >= this.names.length)
      throw new TypeError('one value for each slot, at most');
    const params: { [slot: string]: T } = {};
    for (const [slot, name] of this.names.entries()) params[name] = values[slot] ?? first;
    return params;
  }
}
