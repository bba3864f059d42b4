import { licenceById } from '../../store/attestation/licences.ts';
import type { LicenceTable } from '../../store/attestation/tables.ts';
import { liveGrant, liveGrantsOfLicence } from '../../store/grants/grants.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { judgeLicence } from '../decision/judge.ts';
import { reasonsAgainst } from '../decision/taken.ts';
import type { Job } from '../schedule/run.ts';
import { holdGrants, type LiveGrant, liftGrants } from './change.ts';

/**
 * Judges the live grants of a licence anew, after something changed that they rest on: each as if its host asked for it now. What would
 * not be granted is suspended, and what this suspended is lifted once it would be. Where one would end before it says, it is
 * looked at again at that end.
 *
 * They are judged one by one in snapshots; what is then written rests on a second look, in its unit of work.
 */
export const reviewGrants: Job = async (context, { subject: licenceId }) => {
  const at = context.clock();
  const live = await context.store.read(async (view) => {
    const licence = await view.first(licenceById, { id: licenceId });
    // What a licence that is not in force suspended is looked at when that is lifted.
    if (licence?.status !== 'active') return null;
    return { licence, grants: await view.all(liveGrantsOfLicence, { licenceId, nowMs: at.getTime() }) };
  });
  if (live === null) return null;
  let next = Number.POSITIVE_INFINITY;
  for (const grant of live.grants) {
    const found = await context.store.read((view) => judgeAgain(context, view, live.licence, grant));
    if (found.isAllowed !== (grant.status === 'valid')) await settle(context, grant.id, at);
    if (found.isAllowed && found.untilMs < grant.expires_at_ms) next = Math.min(next, found.untilMs);
  }
  return Number.isFinite(next) ? { due: new Date(next) } : null;
};

type Judgement = {
  readonly isAllowed: boolean;
  /** When it would end. */
  readonly untilMs: number;
  /** Codes, for whoever reads why. */
  readonly reason: string;
};

async function judgeAgain(
  context: Context,
  view: View,
  licence: LicenceTable,
  grant: Pick<LiveGrant, 'devices'>,
): Promise<Judgement> {
  const devices = JSON.parse(grant.devices) as string[]; // what `issueGrants` wrote
  const request = { licenceId: licence.id, action: 'use', devices, dryRun: true } as const;
  const { decision, grantable } = await judgeLicence(context, view, licence, request);
  const against = reasonsAgainst(decision);
  const [host, ...others] = grantable;
  return {
    isAllowed: against.length === 0 && host !== undefined && others.length === 0,
    untilMs: host?.until.getTime() ?? 0,
    reason: [...new Set(against.map(({ code }) => code))].join(', ') || 'the host holds its devices no more',
  };
}

/** In a unit of work: everything is read again in it. */
async function settle(context: Context, grantId: string, at: Date): Promise<void> {
  await context.store.write(async (tx) => {
    const grant = await tx.first(liveGrant, { id: grantId, nowMs: at.getTime() });
    const licence = grant === undefined ? undefined : await tx.first(licenceById, { id: grant.licence_id });
    if (grant === undefined || licence?.status !== 'active') return;
    const { isAllowed, reason } = await judgeAgain(context, tx, licence, grant);
    const cause = `review:${licence.id}`;
    if (isAllowed) await liftGrants(context, tx, [grant], { cause, at });
    else await holdGrants(context, tx, [grant], { cause, at, reason });
  });
}
