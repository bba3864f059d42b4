import { DECISION_CODES } from '../../policy/reasons.ts';
import { licenceById } from '../../store/attestation/licences.ts';
import { noteProven, putLicenceStanding } from '../../store/events/licence-subjects.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { tell } from '../events/tell.ts';
import { openIncident } from '../incident/open.ts';
import type { Job, NextLook } from '../schedule/run.ts';
import { schedule } from '../schedule/schedule.ts';
import { changeStatus } from './change-status.ts';
import { conditionsOf } from './conditions.ts';
import { type LicenceLook, lookAtLicence, readFailing } from './lifecycle.ts';

/** Who suspends a licence whose conditions have failed for longer than its grace. */
const BY = 'verifier';

/**
 * Looks at a licence that is due: notes when it would be suspended and why, and suspends it once that has come. Nothing here ever
 * reinstates one. It is judged in a snapshot; what it then writes rests on a second look, in the unit of work that suspends.
 */
export const followLicence: Job = async (context, { subject: id }) => {
  const at = context.clock();
  const seen = await context.store.read(async (view) => {
    const licence = await view.first(licenceById, { id });
    return licence?.status === 'active' ? lookAtLicence(context, view, licence, at) : null;
  });
  if (seen === null) return null;
  const { suspendsAt, nextLook } = seen.lifecycle;
  return context.store.write(async (tx) => {
    if (suspendsAt !== null && at >= suspendsAt) return suspendIfStill(context, tx, id, at);
    await keepStanding(context, tx, seen, at);
    return nextLook === null ? null : { due: within(seen, nextLook, at) };
  });
};

/** What rule packs read (the books, shares of what was delivered) changes by acts that name no licence: they are asked again within this. */
const ASK_PACKS_WITHIN_MS = 3_600_000;

function within({ licence }: LicenceLook, nextLook: Date, at: Date): Date {
  const { rulePacks } = conditionsOf(licence.conditions).conditions;
  if (rulePacks === 'none') return nextLook;
  return new Date(Math.min(nextLook.getTime(), at.getTime() + ASK_PACKS_WITHIN_MS));
}

async function suspendIfStill(context: Context, tx: Tx, id: string, at: Date): Promise<NextLook> {
  const licence = await tx.first(licenceById, { id });
  if (licence?.status !== 'active') return null;
  const look = await lookAtLicence(context, tx, licence, at);
  const { suspendsAt, cause, nextLook } = look.lifecycle;
  await keepStanding(context, tx, look, at);
  if (suspendsAt === null || cause === null || at < suspendsAt)
    return nextLook === null ? null : { due: within(look, nextLook, at) };
  await changeStatus(context, tx, licence, {
    status: 'suspended',
    reason: cause.sentence,
    by: BY,
    cause: { code: cause.code, subject: cause.subject ?? null },
    at,
  });
  if (cause.code !== 'licence.devices-missing') return null;
  const { tenant } = licence;
  const found = { subjects: [`licence:${id}`], evidence: [`licence:${id}`] };
  await openIncident(context, tx, { kind: 'missing-devices', tenant, ...found, at });
  return null;
}

const OF_THE_GATE: ReadonlySet<string> = new Set(DECISION_CODES.filter((code) => !code.startsWith('pack.')));

/** Of the codes that fail, those of packs. */
function saidByPacks(failing: Readonly<Record<string, Date>>): string {
  const codes = Object.keys(failing).filter((code) => !OF_THE_GATE.has(code));
  return codes.sort().join();
}

async function keepStanding(
  context: Context,
  tx: Tx,
  { licence, lifecycle, standing, newlyProven }: LicenceLook,
  at: Date,
): Promise<void> {
  const { id, tenant } = licence;
  const nowMs = at.getTime();
  const { suspendsAt, cause, failing, state } = lifecycle;
  for (const device of newlyProven)
    await tx.run(noteProven, { licenceId: id, subject: `device:${device}`, nowMs });
  await tx.run(putLicenceStanding, {
    licence_id: id,
    failing: JSON.stringify(
      Object.fromEntries(Object.entries(failing).map(([code, since]) => [code, since.getTime()])),
    ),
    suspends_at_ms: suspendsAt?.getTime() ?? null,
    cause: cause === null ? null : JSON.stringify(cause),
    judged_at_ms: nowMs,
    reinstated_at_ms: standing?.reinstated_at_ms ?? null,
  });
  // Grants rest on what packs say as on the rest: they are judged anew where that has changed.
  if (saidByPacks(failing) !== saidByPacks(readFailing(standing))) await schedule(tx, 'grants', id, at);
  if (state !== 'ended') return;
  const body = { conditions: 'over' };
  await tell(context, tx, { type: 'licence.expired', tenant, at, subject: `licence:${id}`, body });
}
