import type { Bound } from './bound.ts';
import { chordMeters } from './wgs84.ts';

/**
 * Which landmarks' bounds cannot all be true: those of every two that have no point in common; all of them where only three or
 * more together have none.
 */
export function involvedIn(bounds: readonly Bound[]): string[] {
  const apart = new Set<string>();
  for (const [index, a] of bounds.entries()) {
    for (const b of bounds.slice(index + 1)) {
      if (chordMeters(a.center, b.center) <= a.radiusMeters + b.radiusMeters) continue;
      apart.add(a.landmarkId).add(b.landmarkId);
    }
  }
  const named = apart.size > 0 ? [...apart] : bounds.map(({ landmarkId }) => landmarkId);
  return [...new Set(named)].sort();
}
