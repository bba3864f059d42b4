import { CONTRADICTION_MAX_AGE_MS, setAside } from '../../location/standing.ts';
import { meshPair, putMeshPair } from '../../store/location/statements.ts';
import type { MeshPairTable } from '../../store/location/tables.ts';
import type { Tx, View } from '../../store/port.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { advanceTrust } from '../trust/change.ts';
import { effectiveTrust } from '../trust/effective.ts';
import type { LandmarkInForce } from '../trust/landmarks.ts';
import { readMesh } from './standings.ts';

/** What one landmark measured of another. */
export type NewPair = {
  readonly from: LandmarkInForce;
  readonly to: LandmarkInForce;
  readonly minRttNanos: number;
  readonly clockErrorPpm: number;
  readonly receipt: Uint8Array;
  readonly at: Date;
};

/**
 * Keeps measurements. If other landmarks are set aside by them than before, that is logged, and what leaned on them is judged
 * again.
 */
export async function keepPairs(
  context: Context,
  tx: Tx,
  pairs: readonly NewPair[],
  at: Date,
): Promise<void> {
  const before = await setAsideNow(context, tx, at);
  for (const pair of pairs) await keepPair(tx, pair);
  const after = await setAsideNow(context, tx, at);
  const fallen = after.filter((id) => !before.includes(id));
  const restored = before.filter((id) => !after.includes(id));
  if (fallen.length === 0 && restored.length === 0) return;
  const by = pairs.map(({ from, to }) => [from.landmark.id, to.landmark.id]);
  const body = { by, fallen, restored, setAside: after };
  await recordAct(tx, context, { type: 'landmarks.set-aside', at, tenant: VERIFIER_TENANT, body });
  await advanceTrust(context, tx);
}

/** The newest of its pair, and the fastest of a month, so that whoever was caught is not cleared by measuring again. */
async function keepPair(tx: Tx, pair: NewPair): Promise<void> {
  const row = {
    from_id: pair.from.landmark.id,
    to_id: pair.to.landmark.id,
    from_digest: pair.from.digest,
    to_digest: pair.to.digest,
    min_rtt_ns: pair.minRttNanos,
    clock_error_ppm: pair.clockErrorPpm,
    at_ms: pair.at.getTime(),
    receipt: pair.receipt,
  };
  await tx.run(putMeshPair, { ...row, kept_as: 'newest' });
  const fastest = await tx.first(meshPair, { fromId: row.from_id, toId: row.to_id, keptAs: 'fastest' });
  if (fastest === undefined || gives(fastest, row)) await tx.run(putMeshPair, { ...row, kept_as: 'fastest' });
}

/** Whether the fastest measurement of a pair gives way: to a faster one, with age, and with another version of either landmark. */
function gives(kept: MeshPairTable, row: Omit<MeshPairTable, 'kept_as'>): boolean {
  const same = kept.from_digest === row.from_digest && kept.to_digest === row.to_digest;
  return !same || row.min_rtt_ns <= kept.min_rtt_ns || row.at_ms - kept.at_ms >= CONTRADICTION_MAX_AGE_MS;
}

async function setAsideNow(context: Context, view: View, at: Date): Promise<string[]> {
  const trust = await effectiveTrust(context, view);
  const landmarks = trust.landmarks.map(({ landmark }) => landmark);
  const { pairs, former } = await readMesh(view, trust);
  const guilty = setAside([...landmarks, ...former], pairs, at);
  return landmarks.flatMap(({ id }) => (guilty.has(id) ? [id] : [])).sort();
}
