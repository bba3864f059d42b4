/** As many different keys as are counted: states, kinds, levels and days have fewer. */
const MOST = 512;

/**
 * Sorts indices of keys, in place, equal ones as they came, where few different keys stand among them: these alone are compared, and each index is
 * put behind those of its key.
 *
 * @returns whether it was done; nothing was touched where the keys are too many, which shows after the first few hundred of them
 */
export function sortFewKeys(order: Uint32Array, keys: readonly (string | number | null)[]): boolean {
  const numbers = new Map<string | number | null, number>();
  const named = new Uint16Array(order.length);
  const counts: number[] = [];
  for (let place = 0; place < order.length; place += 1) {
    const key = keys[order[place] ?? 0] ?? null;
    let number = numbers.get(key);
    if (number === undefined) {
      number = counts.length;
      if (number === MOST) return false;
      numbers.set(key, number);
      counts.push(0);
    }
    named[place] = number;
    counts[number] = (counts[number] ?? 0) + 1;
  }
  const starts = new Uint32Array(counts.length);
  let sum = 0;
  for (const [, number] of [...numbers].sort(([one], [other]) => ((one ?? '') < (other ?? '') ? -1 : 1))) {
    starts[number] = sum;
    sum += counts[number] ?? 0;
  }
  const before = order.slice();
  for (let place = 0; place < order.length; place += 1) {
    const number = named[place] ?? 0;
    const at = starts[number] ?? 0;
    order[at] = before[place] ?? 0;
    starts[number] = at + 1;
  }
  return true;
}
