/** Where a key moves the row that has the focus; null for keys that move nothing. */
export function stepOf(key: string, from: number, count: number, page: number): number | null {
  const to = TARGETS[key]?.(from, count, page);
  if (to === undefined || count === 0) return null;
  return Math.min(Math.max(to, 0), count - 1);
}

const TARGETS: { readonly [key: string]: (from: number, count: number, page: number) => number } = {
  ArrowDown: (from) => from + 1,
  ArrowUp: (from) => from - 1,
  PageDown: (from, _, page) => from + page,
  PageUp: (from, _, page) => from - page,
  Home: () => 0,
  End: (_, count) => count - 1,
};
