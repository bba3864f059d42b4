import type { WeighedMeasurement } from '../../location/grade-proof.ts';
import { locationOfSession } from '../../store/location/statements.ts';
import type { View } from '../../store/port.ts';
import type { FacilityTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { solve } from './solve.ts';
import type { Standings } from './standings.ts';
import type { StoredPlace } from './stored-place.ts';

export type Rejudging = {
  readonly place: StoredPlace;
  readonly facility: FacilityTable;
  readonly standings: Standings;
  readonly trust: EffectiveTrust;
  readonly at: Date;
};

/** Every decision and status of a host would solve the same again. */
const known = new Map<string, StoredPlace>();
const MAX_KNOWN = 1_000;

/**
 * What the measurements of a session prove by the landmarks that still count: as if those that do not had never measured. It
 * ends when the verdict would have ended, and sooner if a landmark's proof of its own place does.
 *
 * @returns null where the receipts are not there, or it has ended
 */
export async function judgedAgain(
  context: Context,
  view: View,
  { place, facility, standings, trust, at }: Rejudging,
): Promise<StoredPlace | null> {
  const { sessionId, subject, landmarks } = place;
  const name = `${sessionId} ${trust.epoch} ${[...standings.values()].map(({ tolerance: { A, B } }) => `${A}.${B}`).join(' ')}`;
  let again = known.get(name);
  if (again === undefined) {
    const row = await view.first(locationOfSession, { sessionId });
    if (row === undefined) return null;
    const inForce = new Map(trust.landmarks.map(({ landmark, digest }) => [landmark.id, digest]));
    const same = new Set(
      landmarks.filter(({ id, digest }) => inForce.get(id) === digest).map(({ id }) => id),
    );
    const all = JSON.parse(row.measured) as readonly WeighedMeasurement[]; // what `submitLocation` wrote
    const measured = all.flatMap((measurement) => {
      const standing = standings.get(measurement.landmarkId);
      if (!same.has(measurement.landmarkId) || standing === undefined || standing.why !== null) return [];
      const { controlGroup, tolerance } = standing;
      return [{ ...measurement, controlGroup, tolerance }];
    });
    const since = place.nonceIssuedAtMs;
    again = solve(context, {
      measured,
      facility,
      standings,
      trust,
      sessionId,
      subject,
      nonceIssuedAt: since === undefined ? null : new Date(since),
      freshUntil: new Date(place.expiresAtMs),
    }).place;
    if (known.size >= MAX_KNOWN) known.clear();
    known.set(name, again);
  }
  return at.getTime() < again.expiresAtMs ? again : null;
}
