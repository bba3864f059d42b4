import type { Standing } from './document-fields.ts';

/**
 * Since when a newer level has been asked for than the one at `index` of a list with the newest first: see
 * `ComponentVerdict.supersededOn`.
 */
export function supersededOn(levels: readonly Standing[], index: number): string | null {
  const own = levels[index]?.tcbDate;
  if (index === 0 || own === undefined) return null;
  const later = levels
    .slice(0, index)
    .map(({ tcbDate }) => tcbDate)
    .filter((date) => Date.parse(date) > Date.parse(own));
  return later.reduce((a, b) => (Date.parse(b) < Date.parse(a) ? b : a), later[0] ?? own);
}
