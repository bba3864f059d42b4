import type { Bound } from './bound.ts';
import type { Ball } from './cell.ts';
import { chordMeters } from './wgs84.ts';

/**
 * Every point that no more than `tolerance` control groups exclude: where the host may have been if at most that many
 * groups lie. A group excludes a point if any of its bounds does.
 */
export type Region = {
  readonly bounds: readonly Bound[];
  /** For each bound, the number of its group; bounds of one group stand together. */
  readonly groupOf: Int32Array;
  /** f. */
  readonly tolerance: number;
};

/** @throws RangeError for a tolerance that is no whole number, or negative */
export function regionOf(bounds: readonly Bound[], tolerance: number): Region {
  if (!Number.isInteger(tolerance) || tolerance < 0) throw new RangeError(`not a tolerance: ${tolerance}`);
  const groups = new Map<string, Bound[]>();
  for (const bound of bounds) {
    const members = groups.get(bound.controlGroup) ?? [];
    members.push(bound);
    groups.set(bound.controlGroup, members);
  }
  // The tightest groups first: they exclude most cells, and what follows is then not looked at.
  const tightest = (members: readonly Bound[]): number =>
    Math.min(...members.map(({ radiusMeters }) => radiusMeters));
  const ordered = [...groups.values()].sort((a, b) => tightest(a) - tightest(b));
  return {
    bounds: ordered.flat(),
    groupOf: Int32Array.from(ordered.flatMap((members, index) => members.map(() => index))),
    tolerance,
  };
}

/** False only if no point of the ball belongs to the region; true proves nothing, except for a ball of radius 0. */
export function touches({ bounds, groupOf, tolerance }: Region, { center, radiusMeters }: Ball): boolean {
  let excluding = 0;
  let last = -1;
  let index = 0;
  for (const bound of bounds) {
    const group = groupOf[index++] ?? -1;
    if (group === last || chordMeters(bound.center, center) - radiusMeters <= bound.radiusMeters) continue;
    last = group;
    excluding += 1;
    if (excluding > tolerance) return false;
  }
  return true;
}

/** True only if every point of the ball belongs to the region; false proves nothing, except for a ball of radius 0. */
export function holds({ bounds, groupOf, tolerance }: Region, { center, radiusMeters }: Ball): boolean {
  let excluding = 0;
  let last = -1;
  let index = 0;
  for (const bound of bounds) {
    const group = groupOf[index++] ?? -1;
    if (group === last || chordMeters(bound.center, center) + radiusMeters <= bound.radiusMeters) continue;
    last = group;
    excluding += 1;
    if (excluding > tolerance) return false;
  }
  return true;
}
