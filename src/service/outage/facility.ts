import { formatInstant } from '../../bytes/instant.ts';
import {
  dropOutage,
  evidenceAtFacility,
  insertOutage,
  outageOf,
  seeOutageAgain,
} from '../../store/events/outages.ts';
import type { Tx } from '../../store/port.ts';
import { facilityById } from '../../store/registry/facilities.ts';
import type { Context } from '../context.ts';
import { tell } from '../events/tell.ts';
import type { Job } from '../schedule/run.ts';
import { schedule } from '../schedule/schedule.ts';
import { freshUntil } from '../session/pace.ts';

/** What is missing for the hosts of a facility: their evidence, a vendor's documents, landmarks' answers, or this verifier. */
export type OutageCause = 'evidence' | 'vendor' | 'landmarks' | 'verifier';

type Missing = { readonly facilityId: string; readonly cause: OutageCause; readonly at: Date };

/** Of what goes on, so often is enough to note. */
const NOTED_EVERY_MS = 60_000;

/**
 * Notes that something is missing at a facility, and tells it once, however many of its hosts miss it: until none has for a while.
 *
 * @param more what else to tell: counts, never hosts
 */
export async function noteOutage(
  context: Context,
  tx: Tx,
  { facilityId, cause, at }: Missing,
  more: { readonly [name: string]: number } = {},
): Promise<void> {
  const nowMs = at.getTime();
  const known = await tx.first(outageOf, { facilityId, cause });
  if (known !== undefined) {
    if (nowMs - known.last_seen_ms >= NOTED_EVERY_MS)
      await tx.run(seeOutageAgain, { facilityId, cause, nowMs });
    return;
  }
  const facility = await tx.first(facilityById, { id: facilityId });
  if (facility === undefined) return;
  await tx.run(insertOutage, { facility_id: facilityId, cause, began_at_ms: nowMs, last_seen_ms: nowMs });
  await schedule(tx, 'outage', `${facilityId} ${cause}`, quietAt(context, nowMs));
  const subject = `facility:${facilityId}`;
  const body = { cause, ...more };
  await tell(context, tx, {
    type: 'facility.outage-began',
    tenant: facility.operator_tenant,
    at,
    subject,
    body,
  });
}

/** Tells that an outage is over, once nobody has missed anything for as long as one attestation is good for. */
export const endOutage: Job = async (context, { subject: key }) => {
  const [facilityId = '', cause = ''] = key.split(' ');
  const at = context.clock();
  return context.store.write(async (tx) => {
    const known = await tx.first(outageOf, { facilityId, cause });
    if (known === undefined) return null;
    const due = quietAt(context, known.last_seen_ms);
    if (at < due) return { due };
    await tx.run(dropOutage, { facilityId, cause });
    const facility = await tx.first(facilityById, { id: facilityId });
    if (facility === undefined) return null;
    const body = { cause, beganAt: formatInstant(new Date(known.began_at_ms)) };
    const subject = `facility:${facilityId}`;
    await tell(context, tx, {
      type: 'facility.outage-ended',
      tenant: facility.operator_tenant,
      at,
      subject,
      body,
    });
    return null;
  });
};

/**
 * Looks whether hosts of a facility have let their evidence become too old, when the first of them would have: a look at the facility's hosts
 * once in the time in which each of them attests.
 */
export const watchFacility: Job = async (context, { subject: facilityId }) => {
  const at = context.clock();
  const freshMs = freshUntil(new Date(0), context.config).getTime();
  const afterMs = at.getTime() - freshMs;
  return context.store.write(async (tx) => {
    const facility = await tx.first(facilityById, { id: facilityId });
    if (facility?.state !== 'authorised') return null;
    const found = await tx.first(evidenceAtFacility, { facilityId, afterMs });
    const hosts = Number(found?.hosts ?? 0);
    const stale = hosts - Number(found?.fresh ?? 0);
    if (stale > 0) await noteOutage(context, tx, { facilityId, cause: 'evidence', at }, { hosts, stale });
    const oldest = found?.oldest_fresh_ms ?? null;
    // While it lasts, it is noted again before it would count as over.
    const againMs = at.getTime() + Math.max(freshMs / 2, NOTED_EVERY_MS);
    return {
      due: new Date(
        oldest === null ? againMs : Math.min(Math.max(oldest + freshMs, at.getTime() + 1), againMs),
      ),
    };
  });
};

function quietAt({ config }: Context, lastSeenMs: number): Date {
  return freshUntil(new Date(lastSeenMs), config);
}
