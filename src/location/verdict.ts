import type { LocationVerdict } from '../protocol/location.ts';
import type { AuthorisedArea } from './authorised-area.ts';
import type { Grade } from './bound.ts';
import { boundOf } from './bound.ts';
import { coverOf, extentOf } from './cover.ts';
import { type GradeProof, groupsIn, proofAt, regionAt, type WeighedMeasurement } from './grade-proof.ts';
import { helpFor } from './help.ts';
import { involvedIn } from './involved.ts';
import { type Region, regionOf } from './region.ts';
import type { Standing } from './standing.ts';
import type { Place } from './wgs84.ts';

export type LocationInput = {
  /** Of landmarks that count, from receipts that hold. */
  readonly measured: readonly WeighedMeasurement[];
  readonly area: AuthorisedArea;
  /** The facility's own outline, and the audited landmarks that stand in it. */
  readonly geofence: AuthorisedArea;
  readonly onSite: ReadonlySet<string>;
  /** Where the facility is, for help alone. */
  readonly near: Place;
  /** Every landmark of the registry, for help alone. */
  readonly standings: readonly Standing[];
  /** Names a place of the map, as verdicts do; null for water and where there is no map. */
  readonly countryAt: (place: Place) => string | null;
};

/**
 * What measurements prove of a place, at the best grade and the highest f.
 *
 * `proven-inside` only if every point that is still possible lies inside the authorised area, and one is possible;
 * `proven-outside` only if every such point is far from it. No possible point at all is `inconsistent`: somebody lies or stands
 * elsewhere, and nothing is proven. Everything else is `inconclusive`: delay makes proofs fail and never makes one.
 *
 * Unproven afterwards: where a device is that can be reached through the host, and where the host was at any other instant.
 */
export function locate(input: LocationInput): {
  readonly verdict: LocationVerdict;
  readonly region: Region | null;
} {
  const { measured, area } = input;
  const proofs = { A: proofAt(measured, 'A', area), B: proofAt(measured, 'B', area) };
  const inside = { A: proofs.A.inside, B: proofs.B.inside };
  const outside = { A: proofs.A.outside, B: proofs.B.outside };
  const [within, without] = [best(inside), best(outside)];
  const common = { ...counted(measured), area: area.name, insideGeofence: false, involved: [], help: null };
  const nothing = { ...common, grade: null, f: null, byGrade: { A: null, B: null } };
  if (within !== null && without === null) {
    const region = regionAt(measured, within.grade, within.f);
    const insideGeofence = isInsideGeofence(input);
    // Without a liar it holds: what would let it survive one?
    const help = within.f >= 1 ? null : helpFor(input);
    const verdict = { ...common, ...within, byGrade: inside, insideGeofence, ...around(region), help };
    return { region, verdict: { ...verdict, verdict: 'proven-inside', reason: null, elsewhere: null } };
  }
  if (without !== null && within === null) {
    const region = regionAt(measured, without.grade, without.f);
    const elsewhere = placeIn(region, input);
    const verdict = { ...common, ...without, byGrade: outside, ...around(region), elsewhere };
    return { region, verdict: { ...verdict, verdict: 'proven-outside', reason: null } };
  }
  const contradicted = within !== null ? 'B' : contradictedGrade(proofs);
  if (contradicted !== null) {
    const involved = involvedIn(regionAt(measured, contradicted, 0).bounds);
    const reason = REASONS[contradicted];
    return {
      region: null,
      verdict: { ...nothing, verdict: 'inconsistent', reason, involved, radiusMeters: null, elsewhere: null },
    };
  }
  return inconclusive(input, nothing, proofs);
}

type Unproven = Omit<LocationVerdict, 'verdict' | 'reason' | 'elsewhere' | 'radiusMeters'>;

function inconclusive(
  input: LocationInput,
  nothing: Unproven,
  { A, B }: { readonly A: GradeProof; readonly B: GradeProof },
): ReturnType<typeof locate> {
  const { measured, countryAt } = input;
  const [grade, first] = B.first === null ? (['A', A.first] as const) : (['B', B.first] as const);
  const region = first === null ? null : regionAt(measured, grade, first.f);
  const found = first?.found.verdict === 'inconclusive' ? first.found.elsewhere : null;
  const elsewhere = found === null ? null : { place: found.place, country: countryAt(found.place) };
  const reason =
    first === null ? REASONS.nobody : elsewhere === null ? REASONS.undecided : REASONS.outsidePossible;
  const shape = region === null ? { radiusMeters: null } : around(region);
  return {
    region,
    verdict: { ...nothing, ...shape, verdict: 'inconclusive', reason, elsewhere, help: helpFor(input) },
  };
}

const REASONS = {
  nobody: { code: 'location.no-landmarks', sentence: 'No landmark that counts has measured the host.' },
  undecided: {
    code: 'location.undecided',
    sentence: 'The border of the area is too close to what is possible for an answer.',
  },
  outsidePossible: {
    code: 'location.outside-possible',
    sentence: 'The host may have been outside its authorised area.',
  },
  A: {
    code: 'location.contradiction',
    sentence: 'No point of the Earth satisfies the bounds: a landmark lies or stands elsewhere.',
  },
  B: {
    code: 'location.contradiction-in-fibre',
    sentence:
      'No point satisfies the bounds of solid fibre: a landmark lies, or a signal did not travel in solid fibre.',
  },
} as const;

function contradictedGrade({ A, B }: { readonly A: GradeProof; readonly B: GradeProof }): Grade | null {
  return A.contradicts ? 'A' : B.contradicts ? 'B' : null;
}

/** The strongest grade that survives a liar; where none does, the strongest. */
function best(proofs: LocationVerdict['byGrade']): { readonly grade: Grade; readonly f: number } | null {
  const { A, B } = proofs;
  if (A !== null && (A >= 1 || (B ?? 0) < 1)) return { grade: 'A', f: A };
  return B === null ? null : { grade: 'B', f: B };
}

function counted(
  measured: readonly WeighedMeasurement[],
): Pick<LocationVerdict, 'landmarks' | 'controlGroups'> {
  const landmarks = [...new Set(measured.map(({ landmarkId }) => landmarkId))].sort();
  return { landmarks, controlGroups: new Set(measured.map(({ controlGroup }) => controlGroup)).size };
}

function around(region: Region): Pick<LocationVerdict, 'radiusMeters'> {
  const extent = groupsIn(region) <= region.tolerance ? null : extentOf(coverOf(region));
  return { radiusMeters: extent === null ? null : Math.ceil(extent.radiusMeters) };
}

/** A cell of what is possible, for people: it names where to look. */
function placeIn(region: Region, { countryAt }: LocationInput): LocationVerdict['elsewhere'] {
  const [cell] = coverOf(region);
  if (cell === undefined) return null;
  const place = { latitude: cell.latitude, longitude: cell.longitude };
  return { place, country: countryAt(place) };
}

/**
 * By audited landmarks on the site alone, with no liar among them: all of a site are one control group, so no f can be had
 * there. That is why G4 asks for an audit besides.
 */
function isInsideGeofence({ measured, onSite, geofence }: LocationInput): boolean {
  const bounds = measured
    .filter(({ landmarkId, tolerance }) => onSite.has(landmarkId) && tolerance.A !== null)
    .map((measurement) => boundOf(measurement, 'A'));
  return bounds.length > 0 && geofence.containment(regionOf(bounds, 0)).verdict === 'proven-inside';
}
