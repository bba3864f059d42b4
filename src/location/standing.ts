import { type Bound, boundOf, type Grade } from './bound.ts';
import { controlGroups } from './control-groups.ts';
import { containmentInDisk } from './disk.ts';
import type { Landmark, MeshPair } from './landmark.ts';
import { contradictions } from './mesh.ts';
import { quarantine } from './quarantine.ts';
import { regionOf } from './region.ts';

const DAY_MS = 86_400_000;
/** A dated audit of a place counts for a year and a month; then somebody has to look again. */
export const PLACE_AUDIT_MAX_AGE_MS = 396 * DAY_MS;
/** The mesh proves where a landmark is now, not where it was: landmarks measure each other all the time. */
export const MESH_MAX_AGE_MS = DAY_MS;
/** A contradiction is remembered for longer: whoever was caught once does not come back by measuring nothing. */
export const CONTRADICTION_MAX_AGE_MS = 30 * DAY_MS;
/** No verdict claims to survive more liars than this. */
export const MAX_TOLERANCE = 5;

/** Of how many lying control groups a landmark's place is independent, by grade; null where it does not count at all. */
export type PlaceTolerance = { readonly A: number | null; readonly B: number | null };

export type Standing = {
  readonly landmark: Landmark;
  readonly controlGroup: string;
  readonly tolerance: PlaceTolerance;
  /** Until when, if nothing else happens, by everything that its place rests on; null where it does not count. */
  readonly until: Date | null;
  /** Why it counts less than it could; null where it counts in full. */
  readonly why: 'quarantined' | 'audit-lapsed' | 'place-unproven' | null;
};

/**
 * Which landmarks count, and for how much. A landmark counts only while its own place is proven: by a dated audit, or by
 * what landmarks of other control groups measure of it, with as many of them lying as the verdict is to survive. What one
 * measures of others proves nothing about itself.
 *
 * Proofs by the mesh are well-founded: they begin at audited landmarks, so that no ring of landmarks vouches for itself.
 *
 * @param former that were withdrawn, under ids of their own: who contradicted them is not cleared by their going, and those whom they tie
 *   together are not two by it
 */
export function standings(
  landmarks: readonly Landmark[],
  pairs: readonly MeshPair[],
  at: Date,
  former: readonly Landmark[] = [],
): ReadonlyMap<string, Standing> {
  const groups = controlGroups(landmarks, former);
  const groupOf = (id: string): string => groups.get(id) ?? id;
  const guilty = setAside([...landmarks, ...former], pairs, at);
  const counting = landmarks.filter(({ id }) => !guilty.has(id));
  const fresh = pairs.filter((pair) => isYounger(pair.at, at, MESH_MAX_AGE_MS));
  const proofs = new Mesh(counting, fresh, groupOf, at);
  const tolerances = { A: proofs.tolerances('A'), B: proofs.tolerances('B') };
  const standing = (landmark: Landmark): Standing => {
    const { id } = landmark;
    const tolerance = { A: tolerances.A.get(id) ?? null, B: tolerances.B.get(id) ?? null };
    const counts = tolerance.A !== null || tolerance.B !== null;
    return {
      landmark,
      controlGroup: groupOf(id),
      tolerance,
      until: counts ? proofs.until(id) : null,
      why: counts ? null : guilty.has(id) ? 'quarantined' : WHY[landmark.basis.kind],
    };
  };
  return new Map(landmarks.map((landmark) => [landmark.id, standing(landmark)]));
}

/** The landmarks of the control groups that are quarantined, by id: see quarantine.ts. */
export function setAside(
  landmarks: readonly Landmark[],
  pairs: readonly MeshPair[],
  at: Date,
): ReadonlySet<string> {
  const byId = new Map(landmarks.map((landmark) => [landmark.id, landmark]));
  const groups = controlGroups(landmarks);
  const remembered = pairs.filter((pair) => isYounger(pair.at, at, CONTRADICTION_MAX_AGE_MS));
  const quarrels = contradictions(byId, remembered).map(
    ({ from, to }) => [groups.get(from) ?? from, groups.get(to) ?? to] as const,
  );
  const guilty = quarantine(quarrels);
  return new Set(landmarks.flatMap(({ id }) => (guilty.has(groups.get(id) ?? id) ? [id] : [])));
}

const WHY = { audit: 'audit-lapsed', mesh: 'place-unproven' } as const;

/** Written so that an invalid instant, or one of the future, counts as too old. */
function isYounger(then: Date, now: Date, maxAgeMs: number): boolean {
  const age = now.getTime() - then.getTime();
  return age >= 0 && age < maxAgeMs;
}

/** What landmarks prove of each other's places. */
class Mesh {
  readonly #landmarks: readonly Landmark[];
  readonly #measuring = new Map<string, MeshPair[]>();
  readonly #groupOf: (id: string) => string;
  readonly #at: Date;
  /** By landmark: when the first thing ends that any proof of its place was found by, milliseconds. */
  readonly #ends = new Map<string, number>();

  constructor(
    landmarks: readonly Landmark[],
    pairs: readonly MeshPair[],
    groupOf: (id: string) => string,
    at: Date,
  ) {
    this.#landmarks = landmarks;
    this.#groupOf = groupOf;
    this.#at = at;
    for (const pair of pairs) {
      if (groupOf(pair.from) === groupOf(pair.to)) continue;
      this.#measuring.set(pair.to, [...(this.#measuring.get(pair.to) ?? []), pair]);
    }
  }

  /** Until when a place is proven, found by `tolerances`; null where it is not. */
  until(id: string): Date | null {
    const end = this.#ends.get(id);
    return end === undefined ? null : new Date(end);
  }

  /** The most lying groups that each place survives. What counts at f + 1 counts at f too. */
  tolerances(grade: Grade): ReadonlyMap<string, number> {
    const found = new Map<string, number>();
    let candidates = this.#landmarks;
    for (let f = 1; f <= MAX_TOLERANCE; f++) {
      const proven = this.#provenAt(f, grade, candidates);
      for (const { id } of proven.values()) found.set(id, f);
      candidates = [...proven.values()];
    }
    return found;
  }

  /** From the audited outwards, until no further place is proven. */
  #provenAt(f: number, grade: Grade, candidates: readonly Landmark[]): ReadonlyMap<string, Landmark> {
    const proven = new Map<string, Landmark>();
    for (const landmark of candidates) {
      if (landmark.basis.kind !== 'audit') continue;
      const { auditedAt } = landmark.basis;
      if (!isYounger(auditedAt, this.#at, PLACE_AUDIT_MAX_AGE_MS)) continue;
      proven.set(landmark.id, landmark);
      this.#endsBy(landmark, [auditedAt.getTime() + PLACE_AUDIT_MAX_AGE_MS]);
    }
    for (let grew = proven.size > 0; grew; ) {
      grew = false;
      for (const landmark of candidates) {
        if (landmark.basis.kind !== 'mesh' || proven.has(landmark.id)) continue;
        const bounds = this.#boundsOn(landmark, proven, grade);
        if (!isPlaced(landmark, bounds, f)) continue;
        proven.set(landmark.id, landmark);
        this.#endsBy(landmark, this.#endsOf(landmark, proven));
        grew = true;
      }
    }
    return proven;
  }

  #endsBy({ id }: Landmark, ends: readonly number[]): void {
    this.#ends.set(id, Math.min(this.#ends.get(id) ?? Number.POSITIVE_INFINITY, ...ends));
  }

  /** Its own measurements grow old, and so does whatever proves where those stand that made them. */
  #endsOf({ id }: Landmark, proven: ReadonlyMap<string, Landmark>): number[] {
    return (this.#measuring.get(id) ?? []).flatMap(({ from, at }) =>
      proven.has(from) ? [at.getTime() + MESH_MAX_AGE_MS, this.#ends.get(from) ?? at.getTime()] : [],
    );
  }

  #boundsOn({ id }: Landmark, proven: ReadonlyMap<string, Landmark>, grade: Grade): Bound[] {
    return (this.#measuring.get(id) ?? []).flatMap(({ from, minRttNanos, clockErrorPpm }) => {
      const by = proven.get(from);
      if (by === undefined) return [];
      const { place, uncertaintyMeters } = by;
      const about = { landmarkId: from, controlGroup: this.#groupOf(from), place, uncertaintyMeters };
      return [boundOf({ ...about, minRttNanos, clockErrorPpm }, grade)];
    });
  }
}

/** Whether a landmark is as near to its stated place as it says, with f lying groups among those that measured it. */
function isPlaced({ place, uncertaintyMeters }: Landmark, bounds: readonly Bound[], f: number): boolean {
  if (new Set(bounds.map(({ controlGroup }) => controlGroup)).size <= f) return false;
  const disk = { center: place, radiusMeters: uncertaintyMeters };
  return containmentInDisk(regionOf(bounds, f), disk).verdict === 'proven-inside';
}
