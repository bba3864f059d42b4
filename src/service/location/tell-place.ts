import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { tell } from '../events/tell.ts';
import type { HostPrincipal } from '../principal.ts';
import type { StoredPlace } from './stored-place.ts';

type PlaceChange = {
  readonly host: Pick<HostPrincipal, 'hostId' | 'tenant'>;
  readonly at: Date;
  /** JSON of the verdict before, as the store keeps it; null for the first. */
  readonly before: string | null;
  readonly after: StoredPlace;
};

/**
 * Tells where a verdict says something else than the one that counted before it: hosts are measured by the hour, and are where they
 * were. One that has ended, or was of other keys or of another area, counted for nothing. Before the new one is written.
 */
export async function tellPlace(
  context: Context,
  tx: Tx,
  { host: { hostId, tenant }, at, before, after }: PlaceChange,
): Promise<void> {
  const was = before === null ? null : (JSON.parse(before) as StoredPlace); // what `submitLocation` wrote
  const counted =
    was !== null &&
    at.getTime() < was.expiresAtMs &&
    was.subject === after.subject &&
    was.areaDigest === after.areaDigest;
  const [now, then] = [saidOf(after), counted ? saidOf(was) : NOTHING];
  if (counted && now.verdict === then.verdict && now.grade === then.grade && now.f === then.f) return;
  const body = {
    sessionId: after.sessionId,
    ...now,
    previous: then.verdict,
    previousGrade: then.grade,
    previousF: then.f,
  };
  await tell(context, tx, { type: 'host.place-changed', tenant, at, subject: `host:${hostId}`, body });
}

const NOTHING = { verdict: 'unmeasured', grade: null, f: null };

function saidOf({ fact: { verdict, grade, toleratedLiars: f } }: StoredPlace) {
  return { verdict, grade, f };
}
