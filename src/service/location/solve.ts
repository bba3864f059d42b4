import { labelAtPlace } from '../../location/geography.ts';
import type { WeighedMeasurement } from '../../location/grade-proof.ts';
import { locate } from '../../location/verdict.ts';
import type { Place } from '../../location/wgs84.ts';
import type { LocationVerdict } from '../../protocol/location.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { areaDigestOf, areasOf, onSiteOf } from './area.ts';
import type { Standings } from './standings.ts';
import type { LeanedOn, PlaceFact, StoredPlace } from './stored-place.ts';

export type Solving = {
  readonly measured: readonly WeighedMeasurement[];
  readonly facility: FacilityTable;
  readonly standings: Standings;
  readonly trust: EffectiveTrust;
  /** Of the session that the receipts are of. */
  readonly sessionId: string;
  readonly subject: string;
  /** When its nonce was issued; null where that was not kept. */
  readonly nonceIssuedAt: Date | null;
  /** When the verdict ends, whatever the landmarks: its evidence is too old then. */
  readonly freshUntil: Date;
};

export type Solved = { readonly verdict: LocationVerdict; readonly place: StoredPlace };

/** Judges what holds of the measurements, and what of it the store keeps as the host's place. */
export function solve(context: Context, solving: Solving): Solved {
  const { measured, facility, standings, trust, sessionId, subject, nonceIssuedAt } = solving;
  const { authorised, geofence, middle } = areasOf(context, facility);
  const { geography, codes } = context.jurisdictions();
  const { verdict } = locate({
    measured,
    area: authorised,
    geofence,
    onSite: onSiteOf(standings.values(), geofence),
    near: middle,
    standings: [...standings.values()],
    countryAt: (place: Place) => codes[labelAtPlace(geography, place)] || null,
  });
  const landmarks = trust.landmarks.flatMap(({ landmark: { id }, digest }): LeanedOn[] => {
    const standing = verdict.landmarks.includes(id) ? standings.get(id) : undefined;
    if (standing === undefined) return [];
    const { controlGroup, tolerance } = standing;
    return [{ id, digest, controlGroup, tolerance }];
  });
  const ends = verdict.landmarks.flatMap((id) => standings.get(id)?.until?.getTime() ?? []);
  const place: StoredPlace = {
    sessionId,
    subject,
    expiresAtMs: Math.min(solving.freshUntil.getTime(), ...ends),
    ...(nonceIssuedAt === null ? {} : { nonceIssuedAtMs: nonceIssuedAt.getTime() }),
    trustEpoch: trust.epoch,
    areaDigest: areaDigestOf(facility),
    landmarks,
    fact: factOf(verdict),
  };
  return { verdict, place };
}

function factOf({ verdict, grade, f, byGrade, insideGeofence }: LocationVerdict): PlaceFact {
  return { verdict, grade, toleratedLiars: f, byGrade, insideGeofence };
}
