import type { Operations } from '../../api/operations.ts';

type Landmark = Operations['listLandmarks']['answer']['items'][number];
type Measured = Operations['listLandmarkMeasurements']['answer']['items'][number];

const DAY_MS = 86_400_000;
/** As the verifier reckons (location/standing.ts): an audit of a place counts so long, what the mesh measured a day. */
const AUDIT_MS = 396 * DAY_MS;

/**
 * Since when a landmark does not count, as far as what is kept tells: the oldest contradiction that counts against it; the end of
 * its audit; the end of the newest measurement of it. Null where it counts, and where nothing tells.
 */
export function wrongSince(
  { id, standing, placeBasis }: Landmark,
  measured: readonly Measured[],
  auditedAt: string | null,
): string | null {
  const instants = (of: (one: Measured) => boolean): number[] =>
    measured.filter(of).map(({ at }) => Date.parse(at));
  if (standing === 'quarantined') return earliest(instants(({ contradicts }) => contradicts));
  if (standing === 'audit-lapsed') return auditedAt === null ? null : later(Date.parse(auditedAt) + AUDIT_MS);
  if (standing !== 'place-unproven' || placeBasis !== 'mesh') return null;
  const ofIt = instants(({ to }) => to === id);
  return ofIt.length === 0 ? null : later(Math.max(...ofIt) + DAY_MS);
}

function earliest(instants: readonly number[]): string | null {
  return instants.length === 0 ? null : later(Math.min(...instants));
}

function later(instant: number): string | null {
  return Number.isFinite(instant) ? new Date(instant).toISOString() : null;
}
