import { settled } from '../../bytes/canonical-json.ts';
import { withinGrace } from '../../policy/register/screening.ts';
import { licenceById } from '../../store/attestation/licences.ts';
import { liveGrant, liveGrantsOfLicenceAfter } from '../../store/grants/grants.ts';
import type { View } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { type Ground, groundOf } from '../decision/ground.ts';
import { judgeOn } from '../decision/judge.ts';
import { reasonsAgainst } from '../decision/taken.ts';
import type { Job } from '../schedule/run.ts';
import { holdGrants, type LiveGrant, liftGrants } from './change.ts';

/** Grants of one go: whoever reviews a large licence lets others have their turn in between. */
const STEP = 25;

/**
 * Judges the live grants of a licence anew, after something changed that they rest on: each as if its host asked for it now, but
 * for the grace of a new screening list. What would not be granted is suspended, and what this suspended is lifted once it would be. Where one would end before it says, it is
 * looked at again at that end.
 *
 * They are judged one by one in snapshots; what is then written rests on a second look, in the unit of work of a step.
 */
export const reviewGrants: Job = async (context, { subject: licenceId, state }) => {
  const at = context.clock();
  const { after, nextMs } = readProgress(state);
  const step = await context.store.read(async (view) => {
    const licence = await view.first(licenceById, { id: licenceId });
    // What a licence that is not in force suspended is looked at when that is lifted.
    if (licence?.status !== 'active') return null;
    const page = { licenceId, nowMs: at.getTime(), after, limit: STEP };
    return view.all(liveGrantsOfLicenceAfter, page);
  });
  if (step === null) return null;
  const ends = nextMs === null ? [] : [nextMs];
  const others: string[] = [];
  for (const grant of step) {
    const found = await context.store.read((view) => judgeAgain(context, view, licenceId, grant));
    if (found.isAllowed !== (grant.status === 'valid')) others.push(grant.id);
    if (found.isAllowed && found.untilMs < grant.expires_at_ms) ends.push(found.untilMs);
  }
  if (others.length > 0) await settle(context, licenceId, others, at);
  const next = ends.length === 0 ? null : Math.min(...ends);
  const last = step.at(-1);
  if (last !== undefined && step.length === STEP) {
    const progress: Progress = { after: last.id, nextMs: next };
    return { due: at, state: JSON.stringify(progress) };
  }
  return next === null ? null : { due: new Date(next) };
};

/** Behind which grant a review goes on, and the first end that it has found so far. */
type Progress = { readonly after: string; readonly nextMs: number | null };

function readProgress(state: string | null): Progress {
  return state === null ? { after: '', nextMs: null } : (JSON.parse(state) as Progress); // what `reviewGrants` wrote
}

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
  licenceId: string,
  grant: Pick<LiveGrant, 'devices'>,
): Promise<Judgement> {
  const at = context.clock();
  const found = await groundOf(view, licenceId, at);
  if (found === undefined) throw new TypeError('a licence is never deleted');
  const ground = asGranted(found, at);
  const devices = JSON.parse(grant.devices) as string[]; // what `issueGrants` wrote
  const request = { licenceId, action: 'use', devices, dryRun: true } as const;
  const { decision, grantable } = await judgeOn(context, view, ground, request);
  const against = reasonsAgainst(decision);
  const [host, ...others] = grantable;
  return {
    isAllowed: against.length === 0 && host !== undefined && others.length === 0,
    untilMs: host?.until.getTime() ?? 0,
    reason: [...new Set(against.map(({ code }) => code))].join(', ') || 'the host holds its devices no more',
  };
}

/** What was granted before a list of those who may not be served was declared stands on the one before, until the new one's grace is over. */
function asGranted(ground: Ground, at: Date): Ground {
  const parties = ground.parties.map((party) => withinGrace(party, at));
  const isSame = parties.every((party, place) => party === ground.parties[place]);
  return isSame ? ground : { ...ground, parties: settled(parties) };
}

/** In a unit of work: everything is read again in it. One act for all that fall for the same reasons. */
async function settle(
  context: Context,
  licenceId: string,
  grantIds: readonly string[],
  at: Date,
): Promise<void> {
  await context.store.write(async (tx) => {
    const licence = await tx.first(licenceById, { id: licenceId });
    if (licence?.status !== 'active') return;
    const cause = { cause: `review:${licenceId}`, at };
    const [lifted, fallen] = [[] as LiveGrant[], new Map<string, LiveGrant[]>()];
    for (const id of grantIds) {
      const grant = await tx.first(liveGrant, { id, nowMs: at.getTime() });
      if (grant === undefined) continue;
      const { isAllowed, reason } = await judgeAgain(context, tx, licenceId, grant);
      if (isAllowed) lifted.push(grant);
      else fallen.set(reason, [...(fallen.get(reason) ?? []), grant]);
    }
    await liftGrants(context, tx, lifted, cause);
    for (const [reason, grants] of fallen) await holdGrants(context, tx, grants, { ...cause, reason });
  });
}
