import { UNMEASURED } from '../../appraisal/facts.ts';
import type { Facts, Place } from '../../protocol/facts.ts';
import type { View } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import type { Context } from '../context.ts';
import { auditNow } from '../trust/audits.ts';
import { type EffectiveTrust, effectiveTrust } from '../trust/effective.ts';
import { areaDigestOf } from './area.ts';
import { standingsNow } from './standings.ts';

/** What a verdict says of a place, apart from who holds the key. */
export type PlaceFact = Omit<Place, 'keyCustody'>;

/** What the store keeps of a host's newest verdict. */
export type StoredPlace = {
  readonly sessionId: string;
  /** What it is of: text of location/subject.ts. */
  readonly subject: string;
  readonly expiresAtMs: number;
  /** By what it was judged: looked at again once that is another. */
  readonly trustEpoch: number;
  /** Of the facility's authorised area (location/area.ts). */
  readonly areaDigest: string;
  /** The landmarks that it leans on, with the digests of their versions. */
  readonly landmarks: readonly { readonly id: string; readonly digest: string }[];
  readonly fact: PlaceFact;
};

/** What the store knows of a host, as far as its place goes. Absent columns: nobody asks. */
export type PlacedState = {
  readonly place?: string | null;
  readonly place_subject?: string | null;
  readonly host_facility_id?: string | null;
  readonly epoch: number | null;
};

/** The facts of a host with its place and its facility's audit, as they are now, and when each ends. */
export type Placed = {
  readonly facts: Facts;
  readonly placeUntil: Date | null;
  readonly auditUntil: Date | null;
};

/**
 * Adds what is known of a host's place. A verdict counts until it ends, for the keys, devices and boot that it is of, while
 * every landmark that it leans on still counts and the facility's authorised area is what it was. Anything else is unmeasured,
 * whatever it was before.
 */
export async function placedFacts(
  context: Context,
  view: View,
  state: PlacedState,
  facts: Facts,
): Promise<Placed> {
  const at = context.clock();
  const trust = await effectiveTrust(context, view);
  const facilityId = state.host_facility_id ?? null;
  const { audit, until: auditUntil } = auditNow(trust, facilityId, at);
  const place = await placeNow(context, view, { state, facilityId, trust, at });
  if (place === null && audit.auditedAt === null && !audit.tamperSignal) {
    return { facts, placeUntil: null, auditUntil };
  }
  const { keyCustody } = facts.place;
  const shown = place === null ? { ...UNMEASURED, keyCustody } : { ...place.fact, keyCustody };
  return {
    facts: { ...facts, place: shown, audit },
    placeUntil: place === null ? null : new Date(place.expiresAtMs),
    auditUntil,
  };
}

type Question = {
  readonly state: PlacedState;
  readonly facilityId: string | null;
  readonly trust: EffectiveTrust;
  readonly at: Date;
};

async function placeNow(
  context: Context,
  view: View,
  { state, facilityId, trust, at }: Question,
): Promise<StoredPlace | null> {
  const { place: text = null, place_subject: subject = null } = state;
  if (text === null || subject === null || facilityId === null) return null;
  const place = JSON.parse(text) as StoredPlace; // what `keepPlace` wrote
  if (place.subject !== subject || !(at.getTime() < place.expiresAtMs)) return null;
  if (place.trustEpoch === trust.epoch) return place;
  const facility = await view.first(facilityById, { id: facilityId });
  if (facility === undefined || areaDigestOf(facility) !== place.areaDigest) return null;
  return (await stillCounts(context, view, place, trust, at)) ? place : null;
}

/** Whether every landmark that a verdict leans on is the same version still, and is believed as far as the verdict needs. */
export async function stillCounts(
  context: Context,
  view: View,
  { landmarks, fact }: StoredPlace,
  trust: EffectiveTrust,
  at: Date,
): Promise<boolean> {
  const standings = await standingsNow(context, view, trust, at);
  const inForce = new Map(trust.landmarks.map(({ landmark, digest }) => [landmark.id, digest]));
  const { grade, toleratedLiars } = fact;
  return landmarks.every(({ id, digest }) => {
    if (inForce.get(id) !== digest) return false;
    const standing = standings.get(id);
    if (standing === undefined || standing.why !== null) return false;
    if (grade === null || toleratedLiars === null) return true;
    return (standing.tolerance[grade] ?? -1) >= Math.max(toleratedLiars, 1);
  });
}
