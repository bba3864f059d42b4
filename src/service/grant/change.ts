import type { GrantStatus } from '../../protocol/grant.ts';
import { setGrantStatus } from '../../store/grants/grants.ts';
import {
  dropHold,
  dropHolds,
  heldBy,
  holdGrant,
  holdsOn,
  insertChange,
} from '../../store/grants/statuses.ts';
import type { LicenceGrantTable } from '../../store/grants/tables.ts';
import type { Tx } from '../../store/port.ts';
import { type ActType, recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { schedule } from '../schedule/schedule.ts';
import { releaseLeases } from './release.ts';
import { type GrantSubject, liveGrantsOn } from './subject.ts';

type Change = {
  /** `<kind>:<id>` of whatever does it: a suspension is lifted by the same. */
  readonly cause: string;
  readonly at: Date;
};

export type LiveGrant = Pick<
  LicenceGrantTable,
  'id' | 'licence_id' | 'host_id' | 'tenant' | 'list' | 'position' | 'status' | 'devices'
>;

/**
 * Suspends every grant that rests on a subject, in the unit of work of the hold, suspension or ruling that is the cause. A grant that
 * is held by several is lifted with the last of them.
 */
export async function suspendGrants(
  context: Context,
  tx: Tx,
  subject: GrantSubject,
  change: Change,
): Promise<void> {
  await holdGrants(context, tx, await liveGrantsOn(tx, subject, change.at), change);
}

/** Suspends these, in a unit of work in which they were read. */
export async function holdGrants(
  context: Context,
  tx: Tx,
  live: readonly LiveGrant[],
  change: Change & { readonly reason?: string },
): Promise<void> {
  for (const { id } of live) await tx.run(holdGrant, { grant_id: id, cause: change.cause });
  const valid = live.filter(({ status }) => status === 'valid');
  await changeStatuses(context, tx, valid, { ...change, type: 'grant.suspended', status: 'suspended' });
}

/** Lifts what a cause suspended, unless something else holds it. No grant lasts longer for it. */
export async function reinstateGrants(context: Context, tx: Tx, change: Change): Promise<void> {
  const { cause, at } = change;
  const held = await tx.all(heldBy, { cause, nowMs: at.getTime() });
  await tx.run(dropHolds, { cause });
  const free = held.filter(({ others }) => others === 0);
  await changeStatuses(context, tx, free, { ...change, type: 'grant.reinstated', status: 'valid' });
  // What else holds them may be a review, which knows better now.
  for (const { licence_id: id } of held.filter(({ others }) => others !== 0)) {
    await schedule(tx, 'grants', id, at);
  }
}

/** The same for these alone. */
export async function liftGrants(
  context: Context,
  tx: Tx,
  grants: readonly LiveGrant[],
  change: Change,
): Promise<void> {
  const free: LiveGrant[] = [];
  for (const grant of grants) {
    await tx.run(dropHold, { grantId: grant.id, cause: change.cause });
    const left = (await tx.first(holdsOn, { grantId: grant.id }))?.holds;
    if (left === 0 && grant.status === 'suspended') free.push(grant);
  }
  await changeStatuses(context, tx, free, { ...change, type: 'grant.reinstated', status: 'valid' });
}

/** Ends every grant that rests on a subject, for good. */
export async function revokeGrants(
  context: Context,
  tx: Tx,
  subject: GrantSubject,
  change: Change,
): Promise<void> {
  const live = await liveGrantsOn(tx, subject, change.at);
  await changeStatuses(context, tx, live, { ...change, type: 'grant.revoked', status: 'invalid' });
}

export type StatusChange = Change & {
  readonly type: Extract<ActType, 'grant.suspended' | 'grant.reinstated' | 'grant.revoked'>;
  readonly status: GrantStatus;
  readonly reason?: string;
};

/** Changes statuses: an act for each tenant whose licences they are under, and a line in the list for each grant. */
export async function changeStatuses(
  context: Context,
  tx: Tx,
  grants: readonly LiveGrant[],
  { type, status, cause, at, reason }: StatusChange,
): Promise<void> {
  for (const [tenant, own] of Map.groupBy(grants, (grant) => grant.tenant)) {
    const body = { cause, grants: own.map(({ id }) => id), ...(reason === undefined ? {} : { reason }) };
    const leafIndex = await recordAct(tx, context, { type, at, tenant, body });
    for (const { id, list, position } of own) {
      await tx.run(setGrantStatus, { id, status });
      await tx.run(insertChange, { list, position, status, leaf_index: leafIndex, at_ms: at.getTime() });
    }
  }
  if (status === 'invalid')
    await releaseLeases(context, tx, grants, { at, by: cause, reason: reason ?? type });
}
