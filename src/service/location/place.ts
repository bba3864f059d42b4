import { UNMEASURED } from '../../appraisal/facts.ts';
import type { Facts } from '../../protocol/facts.ts';
import type { View } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import { type AtOnce, whenThere } from '../at-once.ts';
import type { Context } from '../context.ts';
import type { auditNow } from '../trust/audits.ts';
import { type EffectiveTrust, effectiveTrust, knownTrust } from '../trust/effective.ts';
import { areaDigestOf } from './area.ts';
import { countedAudit } from './counted-audit.ts';
import { judgedAgain } from './judged-again.ts';
import { type Standings, standingsNow, withdrawnLandmarks } from './standings.ts';
import type { StoredPlace } from './stored-place.ts';

/** What the store knows of a host, as far as its place goes. Absent columns: nobody asks. */
export type PlacedState = {
  readonly place?: string | null;
  readonly place_subject?: string | null;
  readonly host_facility_id?: string | null;
  readonly epoch: number | null;
  /** Of that epoch (service/trust/effective.ts). Absent: trust is read by itself. */
  readonly stamp?: string | null;
};

/** The facts of a host with its place and its facility's audit, as they are now, and when each ends. */
export type Placed = {
  readonly facts: Facts;
  /** When the nonce was issued that its newest place was proven under; null where there is none, or that was not kept. */
  readonly placeAt: Date | null;
  readonly placeUntil: Date | null;
  readonly auditUntil: Date | null;
};

/**
 * Adds what is known of a host's place. A verdict counts until it ends, for the keys, devices and boot that it is of, while
 * the facility's authorised area is what it was; anything else is unmeasured, whatever it was before. Where a landmark that it
 * leans on counts no more, or for less, what the others measured is judged again; but one person who withdraws a landmark lifts by that
 * nothing that its measurement denies.
 */
export function placedFacts(context: Context, view: View, state: PlacedState, facts: Facts): AtOnce<Placed> {
  const at = context.clock();
  const facilityId = state.host_facility_id ?? null;
  const placed = (trust: EffectiveTrust): AtOnce<Placed> =>
    whenThere(countedAudit(view, trust, facilityId, at), (audit) =>
      whenThere(placeNow(context, view, { state, facilityId, trust, at }), (place) =>
        withPlace(facts, audit, place),
      ),
    );
  return whenThere(knownTrust(context, state) ?? effectiveTrust(context, view), placed);
}

function withPlace(
  facts: Facts,
  { audit, until: auditUntil }: ReturnType<typeof auditNow>,
  place: StoredPlace | null,
): Placed {
  if (place === null && audit.auditedAt === null && !audit.tamperSignal) {
    return { facts, placeAt: null, placeUntil: null, auditUntil };
  }
  const { keyCustody } = facts.place;
  const shown = place === null ? { ...UNMEASURED, keyCustody } : { ...place.fact, keyCustody };
  return {
    facts: { ...facts, place: shown, audit },
    placeAt: place?.nonceIssuedAtMs === undefined ? null : new Date(place.nonceIssuedAtMs),
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

export function placeNow(context: Context, view: View, question: Question): AtOnce<StoredPlace | null> {
  const { state, facilityId, trust, at } = question;
  const { place: text = null, place_subject: subject = null } = state;
  if (text === null || subject === null || facilityId === null) return null;
  const place = JSON.parse(text) as StoredPlace; // what `keepPlace` wrote
  if (place.subject !== subject || !(at.getTime() < place.expiresAtMs)) return null;
  if (place.trustEpoch === trust.epoch) return place;
  return weighedAnew(context, view, place, { ...question, facilityId });
}

/** A verdict from before trust inputs changed. */
async function weighedAnew(
  context: Context,
  view: View,
  place: StoredPlace,
  { facilityId, trust, at }: Question & { readonly facilityId: string },
): Promise<StoredPlace | null> {
  const facility = await view.first(facilityById, { id: facilityId });
  if (facility === undefined || areaDigestOf(facility) !== place.areaDigest) return null;
  const standings = await standingsNow(context, view, trust, at);
  if (stillCounts(place, standings, trust)) return place;
  if (await staysDenied(view, place, trust)) return place;
  return judgedAgain(context, view, { place, facility, standings, trust, at });
}

/**
 * Whether every landmark that a verdict leans on is the same version still, believed as far at each grade, and under the same
 * control group: where two operators turn out to be one, a proof that needed both survives one liar less.
 */
function stillCounts({ landmarks }: StoredPlace, standings: Standings, trust: EffectiveTrust): boolean {
  const inForce = new Map(trust.landmarks.map(({ landmark, digest }) => [landmark.id, digest]));
  return landmarks.every(({ id, digest, controlGroup, tolerance }) => {
    const now = standings.get(id);
    if (inForce.get(id) !== digest || now === undefined || now.why !== null) return false;
    const fell = (['A', 'B'] as const).some(
      (grade) => (now.tolerance[grade] ?? -1) < (tolerance[grade] ?? -1),
    );
    return now.controlGroup === controlGroup && !fell;
  });
}

/** Whether a verdict denies by a landmark that one person withdrew and nothing replaced: it stands as long as it would have, or until another is measured. */
async function staysDenied(
  view: View,
  { fact, landmarks }: StoredPlace,
  trust: EffectiveTrust,
): Promise<boolean> {
  if (fact.verdict !== 'inconsistent' && fact.verdict !== 'proven-outside') return false;
  const withdrawn = new Set((await withdrawnLandmarks(view, trust.landmarks)).map(({ digest }) => digest));
  return landmarks.some(({ digest }) => withdrawn.has(digest));
}
