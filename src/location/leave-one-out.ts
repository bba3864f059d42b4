import { boundOf, type Grade } from './bound.ts';
import { containment } from './containment.ts';
import { coverOf, extentOf } from './cover.ts';
import { NOWHERE } from './geography.ts';
import { type Jurisdictions, labelsOf, otherLabels } from './jurisdictions.ts';
import { contains, type Region, regionOf } from './region.ts';
import { findInRegion } from './search.ts';
import { type Place, toEcef } from './wgs84.ts';

/** A machine whose place somebody vouches for: a landmark to all others, and a host when its turn comes. */
export type Node = Place & {
  readonly id: string;
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly uncertaintyMeters: number;
};

/** The least round trip between two of them, whole nanoseconds, by landmark and host. */
export type Matrix = {
  readonly nodes: readonly Node[];
  readonly rttNanos: ReadonlyMap<string, ReadonlyMap<string, number>>;
};

export type ExperimentOptions = {
  readonly grade: Grade;
  /** f. */
  readonly tolerance: number;
  /** Countries, alpha-2, that a host is to be proven not to stand in, each by itself. */
  readonly forbidden: readonly string[];
};

/** What the measurements prove of one host, and whether its stated place bears it out. */
export type Placement = {
  readonly host: string;
  /** As stated: never used to prove anything. */
  readonly country: string;
  /** How many landmarks measured it. */
  readonly landmarks: number;
  /** The one country that holds every point of land where the host may have been; null where there is none. */
  readonly provenCountry: string | null;
  /** Those of the forbidden countries in which no possible point lies. */
  readonly excluded: readonly string[];
  /** Of a ball around the region, metres; null without landmarks. */
  readonly radiusMeters: number | null;
  /** False is a fault, of the measurements or of the method; null without landmarks. */
  readonly truthInside: boolean | null;
  readonly verdict: 'proven' | 'inconclusive' | 'inconsistent' | 'unmeasured';
  /** Another country that is still possible, where none is proven. */
  readonly alsoPossible: string | null;
};

/**
 * Places one node by all others, each of them its own control group, in the land-only reading.
 */
export function placeNode(
  host: Node,
  { nodes, rttNanos }: Matrix,
  jurisdictions: Jurisdictions,
  { grade, tolerance, forbidden }: ExperimentOptions,
): Placement {
  const bounds = nodes.flatMap((landmark) => {
    const minRttNanos = rttNanos.get(landmark.id)?.get(host.id);
    if (landmark.id === host.id || minRttNanos === undefined) return [];
    const { id, uncertaintyMeters } = landmark;
    const measurement = { landmarkId: id, controlGroup: id, place: landmark, uncertaintyMeters, minRttNanos };
    return [boundOf({ ...measurement, clockErrorPpm: 0 }, grade)];
  });
  const about = { host: host.id, country: host.country, landmarks: bounds.length };
  if (bounds.length === 0) {
    const nothing = { provenCountry: null, excluded: [], radiusMeters: null, truthInside: null };
    return { ...about, ...nothing, verdict: 'unmeasured', alsoPossible: null };
  }
  const region = regionOf(bounds, tolerance);
  const extent = extentOf(coverOf(region));
  return {
    ...about,
    ...countryOf(region, jurisdictions),
    excluded: forbidden.filter((code) => isExcluded(region, jurisdictions, code)),
    radiusMeters: extent?.radiusMeters ?? null,
    truthInside: contains(region, toEcef(host)),
  };
}

/** The country of any possible point of land is the only one that can be proven. */
function countryOf(
  region: Region,
  jurisdictions: Jurisdictions,
): Pick<Placement, 'provenCountry' | 'verdict' | 'alsoPossible'> {
  const { geography, codes } = jurisdictions;
  const land = Uint8Array.from(codes, (_, label) => (label === NOWHERE ? 0 : 1));
  const any = findInRegion(region, geography, land);
  if (any.outcome !== 'found') {
    const everything = findInRegion(region, geography, new Uint8Array(codes.length).fill(1));
    const verdict = everything.outcome === 'none' ? 'inconsistent' : 'inconclusive';
    return { provenCountry: null, verdict, alsoPossible: null };
  }
  const code = codes[any.label] ?? '';
  const inside = labelsOf(jurisdictions, new Set([code]));
  const result = containment(region, geography, inside, otherLabels(inside, 'land-only'));
  if (result.verdict === 'proven-inside')
    return { provenCountry: code, verdict: 'proven', alsoPossible: null };
  const elsewhere = result.verdict === 'inconclusive' ? result.elsewhere : null;
  const alsoPossible = elsewhere === null ? null : (codes[elsewhere.label] ?? null);
  return { provenCountry: null, verdict: 'inconclusive', alsoPossible };
}

function isExcluded(region: Region, jurisdictions: Jurisdictions, code: string): boolean {
  const wanted = labelsOf(jurisdictions, new Set([code]));
  return findInRegion(region, jurisdictions.geography, wanted).outcome === 'none';
}
