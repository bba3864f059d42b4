import type { Landmark, MeshPair } from '../../location/landmark.ts';
import { type Standing, standings } from '../../location/standing.ts';
import { landmarkContent } from '../../protocol/landmark.ts';
import { meshPairs } from '../../store/location/statements.ts';
import type { View } from '../../store/port.ts';
import type { TrustInputTable } from '../../store/registry/tables.ts';
import { withdrawnTrustInputs } from '../../store/registry/trust.ts';
import type { Context } from '../context.ts';
import type { EffectiveTrust } from '../trust/effective.ts';
import { landmarkInForce } from '../trust/landmarks.ts';

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
  const { pairs, former } = await readMesh(view, trust);
  const found = standings(landmarks, pairs, at, former);
  kept.set(store, { trust, atMs, standings: found });
  return found;
}

/** What landmarks measured of each other, and those of them that were withdrawn, under ids that no landmark in force has. */
export type KnownMesh = { readonly pairs: readonly MeshPair[]; readonly former: readonly Landmark[] };

/**
 * The mesh of the versions that are in force, for another version stands elsewhere; and of those that one person withdrew, so that
 * a withdrawal clears nobody who contradicted them. A new version of either, which takes two, does.
 */
export async function readMesh(view: View, { landmarks }: EffectiveTrust): Promise<KnownMesh> {
  if (landmarks.length === 0) return { pairs: [], former: [] };
  const former = (await withdrawnLandmarks(view, landmarks)).map(readFormer);
  const ids = new Map([
    ...landmarks.map(({ landmark, digest }) => [`${landmark.id} ${digest}`, landmark.id] as const),
    ...former.map(({ id }) => [id, id] as const),
  ]);
  const pairs = (await view.all(meshPairs, {})).flatMap((row): MeshPair[] => {
    const from = ids.get(`${row.from_id} ${row.from_digest}`);
    const to = ids.get(`${row.to_id} ${row.to_digest}`);
    if (from === undefined || to === undefined) return [];
    const { min_rtt_ns: minRttNanos, clock_error_ppm: clockErrorPpm, at_ms: atMs } = row;
    return [{ from, to, minRttNanos, clockErrorPpm, at: new Date(atMs) }];
  });
  return { pairs, former };
}

function readFormer({ content, digest }: TrustInputTable): Landmark {
  const { landmark } = landmarkInForce(landmarkContent.parse(JSON.parse(content)), digest);
  // No name of a landmark holds a space.
  return { ...landmark, id: `${landmark.id} ${digest}` };
}

/** The newest version of each landmark that one person took out of force and that nothing replaced. */
export async function withdrawnLandmarks(
  view: View,
  inForce: EffectiveTrust['landmarks'],
): Promise<readonly TrustInputTable[]> {
  const names = new Set(inForce.map(({ landmark }) => landmark.id));
  const newest = new Map<string, TrustInputTable>();
  for (const row of await view.all(withdrawnTrustInputs, { kind: 'landmark' }))
    if (!names.has(row.name)) newest.set(row.name, row);
  return [...newest.values()];
}
