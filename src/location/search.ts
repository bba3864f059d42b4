import { ballOf, type Cell, halves } from './cell.ts';
import type { Geography, MapCell } from './geography.ts';
import type { Region } from './region.ts';
import type { Ecef, Place } from './wgs84.ts';

/** How finely and how long to look. Whatever is still open then stays undecided, which never proves anything. */
export type SearchLimits = { readonly resolutionMeters: number; readonly maxCells: number };
export const DEFAULT_LIMITS: SearchLimits = { resolutionMeters: 1, maxCells: 60_000 };

/** How finely a search looks before it looks as finely as it may. */
const COARSE_METERS = 1_000;

/** `found` and `none` are proofs, one in each direction; `undecided` names a place of which neither could be said. */
export type SearchResult =
  | { readonly outcome: 'found'; readonly place: Place; readonly label: number; readonly cells: number }
  | { readonly outcome: 'none'; readonly cells: number }
  | { readonly outcome: 'undecided'; readonly place: Place; readonly cells: number };

/**
 * Looks for a point of the region under one of the wanted labels, by branch and bound over cells of latitude and longitude.
 *
 * A cell is left alone if none of its labels is wanted, or if more than f control groups exclude all of it. It ends the
 * search if its centre belongs to the region and has a wanted label. Otherwise both halves are looked at, the one nearer
 * to the tightest bound first, down to the resolution.
 *
 * @param wanted by label: 1 where a point counts
 */
export function findInRegion(
  region: Region,
  geography: Geography,
  wanted: Uint8Array,
  limits: SearchLimits = DEFAULT_LIMITS,
): SearchResult {
  const search = new Search(region, wanted, limits);
  return search.run(geography);
}

/** A cell and what is on it: the map's own cell, or the one label of a larger cell without edges. */
type Ground = { readonly cell: Cell; readonly map: MapCell | null; readonly label: number };

/** What a search still has to ask about a cell. */
type Open = {
  /** Bounds that neither hold nor exclude all of the cell. */
  readonly bounds: Int32Array;
  /** How many groups exclude all of it. */
  readonly excluding: number;
};

class Search {
  readonly #wanted: Uint8Array;
  #limits: SearchLimits;
  readonly #tolerance: number;
  readonly #groupOf: Int32Array;
  /** x, y, z and radius of each bound. */
  readonly #figures: Float64Array;
  readonly #nearest: Ecef;
  #cells = 0;
  #found: { readonly place: Place; readonly label: number } | null = null;
  #undecided: Place | null = null;

  constructor({ bounds, groupOf, tolerance }: Region, wanted: Uint8Array, limits: SearchLimits) {
    this.#wanted = wanted;
    this.#limits = limits;
    this.#tolerance = tolerance;
    this.#groupOf = groupOf;
    this.#figures = Float64Array.from(
      bounds.flatMap(({ center, radiusMeters }) => [center.x, center.y, center.z, radiusMeters]),
    );
    this.#nearest = bounds[0]?.center ?? { x: 0, y: 0, z: 0 };
  }

  /**
   * First coarsely: a border that keeps close to the sides of cells takes very many small ones to follow, while the area
   * beyond it has large ones whose centres answer at once.
   */
  run(geography: Geography): SearchResult {
    const limits = this.#limits;
    const { resolutionMeters, maxCells } = limits;
    const coarse = { resolutionMeters: Math.max(resolutionMeters, COARSE_METERS), maxCells: maxCells / 4 };
    const glance = this.#runWithin(geography, coarse);
    if (glance.outcome !== 'undecided') return glance;
    this.#undecided = null;
    return this.#runWithin(geography, limits);
  }

  #runWithin(geography: Geography, limits: SearchLimits): SearchResult {
    this.#limits = limits;
    const all: Open = { bounds: Int32Array.from(this.#groupOf.keys()), excluding: 0 };
    const roots = geography.roots.map(groundOf);
    roots.sort((a, b) => this.#remoteness(a.cell) - this.#remoteness(b.cell));
    roots.some((ground) => this.#look(ground, all));
    const cells = this.#cells;
    if (this.#found !== null) return { outcome: 'found', ...this.#found, cells };
    if (this.#undecided !== null) return { outcome: 'undecided', place: this.#undecided, cells };
    return { outcome: 'none', cells };
  }

  /** Looks into one cell; true where the search has ended. */
  #look(ground: Ground, before: Open): boolean {
    const { cell, map, label } = ground;
    if (!this.#counts(ground)) return false;
    const { center, radiusMeters } = ballOf(cell);
    this.#cells += 1;
    const open = this.#narrow(center, radiusMeters, before);
    if (open === null) return false;
    const place = { latitude: cell.latitude, longitude: cell.longitude };
    if (this.#wanted[label] === 1 && this.#narrow(center, 0, open) !== null) {
      this.#found = { place, label };
      return true;
    }
    const exhausted = this.#cells >= this.#limits.maxCells;
    if (exhausted || radiusMeters <= this.#limits.resolutionMeters) {
      this.#undecided ??= place;
      return exhausted;
    }
    const [a, b] =
      map === null ? halves(cell).map((half) => ({ cell: half, map, label })) : map.halves().map(groundOf);
    if (a === undefined || b === undefined) throw new TypeError('a cell has two halves');
    const [near, far] = this.#remoteness(a.cell) <= this.#remoteness(b.cell) ? [a, b] : [b, a];
    return this.#look(near, open) || this.#look(far, open);
  }

  #counts({ map, label }: Ground): boolean {
    if (map === null) return this.#wanted[label] === 1;
    return map.labels.some((one) => this.#wanted[one] === 1);
  }

  /**
   * What is open for a ball, given what was open for a larger one; null if more than f groups exclude all of it. For a
   * single point nothing stays open: it is excluded, or it belongs to the region.
   */
  #narrow({ x, y, z }: Ecef, radiusMeters: number, { bounds, excluding }: Open): Open | null {
    const kept = new Int32Array(bounds.length);
    const figures = this.#figures;
    let length = 0;
    let excluded = excluding;
    let group = -1;
    let groupStart = 0;
    let groupExcludes = false;
    for (const bound of bounds) {
      const mine = this.#groupOf[bound] ?? -1;
      if (mine !== group) {
        group = mine;
        groupStart = length;
        groupExcludes = false;
      }
      if (groupExcludes) continue;
      const at = 4 * bound;
      const dx = x - (figures[at] ?? 0);
      const dy = y - (figures[at + 1] ?? 0);
      const dz = z - (figures[at + 2] ?? 0);
      const reach = figures[at + 3] ?? 0;
      const distance = Math.sqrt(dx * dx + dy * dy + dz * dz);
      if (distance - radiusMeters > reach) {
        groupExcludes = true;
        length = groupStart;
        excluded += 1;
        if (excluded > this.#tolerance) return null;
      } else if (distance + radiusMeters > reach) {
        kept[length] = bound;
        length += 1;
      }
    }
    return { bounds: kept.subarray(0, length), excluding: excluded };
  }

  /** For the order alone: how far a cell's centre is from the tightest bound's, squared. */
  #remoteness(cell: Cell): number {
    const { center } = ballOf(cell);
    const { x, y, z } = this.#nearest;
    return (center.x - x) ** 2 + (center.y - y) ** 2 + (center.z - z) ** 2;
  }
}

function groundOf(map: MapCell): Ground {
  return { cell: map.cell, map: map.uniform ? null : map, label: map.label };
}
