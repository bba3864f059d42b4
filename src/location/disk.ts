import { type Ball, ballOf, type Cell, halves, ROOT_CELLS } from './cell.ts';
import type { Containment } from './containment.ts';
import { type Region, touches } from './region.ts';
import { DEFAULT_LIMITS, type SearchLimits } from './search.ts';
import { chordMeters, type Ecef, type Place, toEcef } from './wgs84.ts';

/** Everything within a straight line of a point. */
export type Disk = { readonly center: Place; readonly radiusMeters: number };

/**
 * Whether every possible point lies within a disk, by branch and bound over cells as `containment` does for areas of a map.
 * It takes a point of the disk that is possible, and none outside: an empty region proves nothing.
 */
export function containmentInDisk(
  region: Region,
  disk: Disk,
  limits: SearchLimits = DEFAULT_LIMITS,
): Containment {
  const search = new DiskSearch(region, disk, limits);
  const roots = ROOT_CELLS.map((cell) => ({ cell, ball: ballOf(cell) }));
  roots.sort((a, b) => search.remoteness(a.ball) - search.remoteness(b.ball));
  for (const { cell } of roots) search.look(cell);
  const { inside, outside, undecided } = search;
  if (outside !== null && inside) return { verdict: 'inconclusive', elsewhere: { place: outside, label: 0 } };
  if (undecided) return { verdict: 'inconclusive', elsewhere: null };
  if (outside !== null) return { verdict: 'proven-outside' };
  return { verdict: inside ? 'proven-inside' : 'inconsistent' };
}

class DiskSearch {
  readonly #region: Region;
  readonly #center: Ecef;
  readonly #radiusMeters: number;
  readonly #limits: SearchLimits;
  #cells = 0;
  /** Whether a possible point was found within the disk. */
  inside = false;
  /** A possible point outside. */
  outside: Place | null = null;
  undecided = false;

  constructor(region: Region, { center, radiusMeters }: Disk, limits: SearchLimits) {
    this.#region = region;
    this.#center = toEcef(center);
    this.#radiusMeters = radiusMeters;
    this.#limits = limits;
  }

  look(cell: Cell): void {
    if (this.inside && this.outside !== null) return;
    const ball = ballOf(cell);
    if (this.#isSettled(ball)) return;
    this.#cells += 1;
    if (!touches(this.#region, ball)) return;
    if (touches(this.#region, { center: ball.center, radiusMeters: 0 })) this.#found(cell, ball.center);
    if (this.#isSettled(ball)) return;
    if (this.#cells >= this.#limits.maxCells || ball.radiusMeters <= this.#limits.resolutionMeters) {
      this.undecided = true;
      return;
    }
    const [a, b] = halves(cell);
    const [near, far] = this.remoteness(ballOf(a)) <= this.remoteness(ballOf(b)) ? [a, b] : [b, a];
    this.look(near);
    this.look(far);
  }

  /** For the order alone: how far a cell is from the tightest bound. */
  remoteness({ center }: Ball): number {
    return chordMeters(center, this.#region.bounds[0]?.center ?? this.#center);
  }

  /** Whether what can still be found in a ball was found elsewhere already. */
  #isSettled({ center, radiusMeters }: Ball): boolean {
    const distance = chordMeters(center, this.#center);
    if (distance + radiusMeters <= this.#radiusMeters) return this.inside;
    return distance - radiusMeters > this.#radiusMeters && this.outside !== null;
  }

  #found({ latitude, longitude }: Cell, point: Ecef): void {
    if (chordMeters(point, this.#center) <= this.#radiusMeters) this.inside = true;
    else this.outside ??= { latitude, longitude };
  }
}
