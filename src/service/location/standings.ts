import type { MeshPair } from '../../location/landmark.ts';
import { type Standing, standings } from '../../location/standing.ts';
import { meshPairs } from '../../store/location/statements.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import type { EffectiveTrust } from '../trust/effective.ts';

export type Standings = ReadonlyMap<string, Standing>;

type Kept = { readonly trust: EffectiveTrust; readonly atMs: number; readonly standings: Standings };
/** Of the newest trust inputs alone. */
const kept = new WeakMap<Context['store'], Kept>();
/** The mesh moves slowly; whatever sets a landmark aside advances the trust inputs, and is seen at once. */
const KEEP_MS = 30_000;

/** Which landmarks count now: by the trust inputs in force and by what landmarks measure of each other. */
export async function standingsNow(
  { store }: Pick<Context, 'store'>,
  view: View,
  trust: EffectiveTrust,
  at: Date,
): Promise<Standings> {
  const atMs = at.getTime();
  const known = kept.get(store);
  if (known?.trust === trust && known.atMs <= atMs && atMs < known.atMs + KEEP_MS) return known.standings;
  const landmarks = trust.landmarks.map(({ landmark }) => landmark);
  const found = standings(landmarks, await readMesh(view, trust), at);
  kept.set(store, { trust, atMs, standings: found });
  return found;
}

/** What landmarks measured of each other, of the versions that are in force: another version stands elsewhere. */
export async function readMesh(view: View, { landmarks }: EffectiveTrust): Promise<MeshPair[]> {
  if (landmarks.length === 0) return [];
  const digests = new Map(landmarks.map(({ landmark, digest }) => [landmark.id, digest]));
  const rows = await view.all(meshPairs, {});
  return rows
    .filter((row) => digests.get(row.from_id) === row.from_digest && digests.get(row.to_id) === row.to_digest)
    .map((row) => ({
      from: row.from_id,
      to: row.to_id,
      minRttNanos: row.min_rtt_ns,
      clockErrorPpm: row.clock_error_ppm,
      at: new Date(row.at_ms),
    }));
}
