import type { SortKey } from './column.ts';
import { sortTexts } from './sort-texts.ts';

/**
 * The indices of `keys` in ascending order, equal ones as they came, null last. A column's keys are of one kind: numbers, or texts by
 * their UTF-16 code units. Made for 100,000 keys.
 */
export function orderOf(keys: readonly SortKey[]): Uint32Array {
  const all = Uint32Array.from(keys.keys());
  const held = all.filter((index) => isHeld(keys[index]));
  if (typeof keys[held[0] ?? -1] === 'number') {
    const numbers = Float64Array.from(keys, Number);
    held.sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || a - b);
  } else {
    sortTexts(held, keys.map(String));
  }
  return withBare(held, all, keys);
}

/** The same from the other end; those without a key stay last. */
export function reversed(order: Uint32Array, keys: readonly SortKey[]): Uint32Array {
  return withBare(order.filter((index) => isHeld(keys[index])).reverse(), order, keys);
}

function withBare(held: Uint32Array, all: Uint32Array, keys: readonly SortKey[]): Uint32Array {
  const order = new Uint32Array(all.length);
  order.set(held);
  order.set(
    all.filter((index) => !isHeld(keys[index])),
    held.length,
  );
  return order;
}

function isHeld(key: SortKey | undefined): boolean {
  return key !== null && !Number.isNaN(key);
}
