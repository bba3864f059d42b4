import type { SortKey } from './column.ts';
import { sortFewKeys } from './few-keys.ts';
import { sortTexts } from './sort-texts.ts';

/**
 * The indices of `keys` in ascending order, equal ones as they came, null last. A column's keys are of one kind: numbers, or texts by
 * their UTF-16 code units. Made for 100,000 keys.
 */
export function orderOf(keys: readonly SortKey[]): Uint32Array {
  const { order, held } = heldFirst(keys);
  const sorted = order.subarray(0, held);
  if (sortFewKeys(sorted, keys)) return order;
  if (typeof keys[sorted[0] ?? -1] === 'number') {
    const numbers = Float64Array.from(keys, Number);
    sorted.sort((a, b) => (numbers[a] ?? 0) - (numbers[b] ?? 0) || a - b);
  } else {
    // Of the others none is looked at.
    sortTexts(sorted, keys as readonly string[]);
  }
  return order;
}

/** The same from the other end; those without a key stay last. */
export function reversed(order: Uint32Array, keys: readonly SortKey[]): Uint32Array {
  let held = order.length;
  while (held > 0 && !isHeld(keys[order[held - 1] ?? -1])) held -= 1;
  const turned = order.slice();
  turned.subarray(0, held).reverse();
  return turned;
}

/** All indices, those with a key before those without one, each as they came. */
function heldFirst(keys: readonly SortKey[]): { readonly order: Uint32Array; readonly held: number } {
  const order = new Uint32Array(keys.length);
  let held = 0;
  for (let index = 0; index < keys.length; index += 1) if (isHeld(keys[index])) order[held++] = index;
  let place = held;
  for (let index = 0; place < keys.length; index += 1) if (!isHeld(keys[index])) order[place++] = index;
  return { order, held };
}

function isHeld(key: SortKey | undefined): boolean {
  return key !== null && !Number.isNaN(key);
}
