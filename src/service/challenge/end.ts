import { formatInstant } from '../../bytes/instant.ts';
import { hostRecord } from '../../store/attestation/hosts.ts';
import {
  challengesOfOrder,
  endHostChallenge,
  endOrder,
  orderById,
  pendingOfSession,
  settleChallenge,
} from '../../store/challenges/statements.ts';
import type { ChallengeOrderTable, ChallengeTable } from '../../store/challenges/tables.ts';
import type { Tx } from '../../store/port.ts';
import { deviceById } from '../../store/registry/devices.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { tell } from '../events/tell.ts';
import { openIncident } from '../incident/open.ts';
import type { Job } from '../schedule/run.ts';

/** Ends an order: one that nobody drew in time lapses; of one that was drawn, whoever has not answered by the deadline has not. */
export const endChallenges: Job = async (context, { subject: id }) => {
  const at = context.clock();
  return context.store.write(async (tx) => {
    const order = await tx.first(orderById, { id });
    if (order?.state === 'ordered') return lapse(context, tx, order, at);
    if (order?.state !== 'drawn' || order.deadline_ms === null) return null;
    if (at.getTime() < order.deadline_ms) return { due: new Date(order.deadline_ms) };
    await end(context, tx, order, at);
    return null;
  });
};

async function lapse(context: Context, tx: Tx, { id }: ChallengeOrderTable, at: Date): Promise<null> {
  await tx.run(endOrder, { id, from: 'ordered', state: 'lapsed', atMs: at.getTime() });
  await recordAct(tx, context, {
    type: 'challenge.lapsed',
    at,
    tenant: VERIFIER_TENANT,
    body: { orderId: id },
  });
  return null;
}

async function end(
  context: Context,
  tx: Tx,
  { id, drawn_at_ms }: ChallengeOrderTable,
  at: Date,
): Promise<void> {
  const atMs = at.getTime();
  const rows = await tx.all(challengesOfOrder, { orderId: id });
  const silent = rows.filter(({ outcome }) => outcome === 'pending');
  for (const row of silent) {
    await tx.run(settleChallenge, { orderId: id, deviceId: row.device_id, outcome: 'unanswered', atMs });
    await excuse(tx, row);
  }
  await tx.run(endOrder, { id, from: 'drawn', state: 'ended', atMs });
  const outcomes: Record<string, number> = {};
  for (const { outcome } of rows) {
    const settled = outcome === 'pending' ? 'unanswered' : outcome;
    outcomes[settled] = (outcomes[settled] ?? 0) + 1;
  }
  const unanswered = silent.map(({ device_id }) => device_id);
  const body = { orderId: id, outcomes, unanswered };
  await recordAct(tx, context, { type: 'challenge.ended', at, tenant: VERIFIER_TENANT, body });
  const drawnAt = formatInstant(new Date(drawn_at_ms ?? atMs));
  await tellSilent(context, tx, { orderId: id, drawnAt, silent, at });
}

/** A session that other orders wait for too goes on for them. */
async function excuse(tx: Tx, { host_id: hostId, session_id: sessionId }: ChallengeTable): Promise<void> {
  if (hostId === null || sessionId === null) return;
  const others = await tx.all(pendingOfSession, { sessionId });
  if (others.length === 0) await tx.run(endHostChallenge, { hostId, sessionId });
}

type Silence = {
  readonly orderId: string;
  readonly drawnAt: string;
  readonly silent: readonly ChallengeTable[];
  readonly at: Date;
};

/** Tells whoever registered a device, and whoever operates its host; and opens an incident for each who must report what is missing. */
async function tellSilent(
  context: Context,
  tx: Tx,
  { orderId, drawnAt, silent, at }: Silence,
): Promise<void> {
  const missing = new Map<string, string[]>();
  const hosts = new Set<string>();
  for (const { device_id: deviceId, host_id: hostId } of silent) {
    const tenant = (await tx.first(deviceById, { id: deviceId }))?.tenant;
    if (hostId !== null) hosts.add(hostId);
    if (tenant === undefined) continue;
    const body = { orderId, drawnAt, hostId };
    const type = 'device.challenge-unanswered';
    await tell(context, tx, { type, tenant, at, subject: `device:${deviceId}`, body });
    missing.set(tenant, [...(missing.get(tenant) ?? []), `device:${deviceId}`]);
  }
  for (const id of hosts) {
    const host = await tx.first(hostRecord, { id });
    if (host === undefined) continue;
    const type = 'host.challenge-unanswered';
    await tell(context, tx, {
      type,
      tenant: host.tenant,
      at,
      subject: `host:${id}`,
      body: { orderId, drawnAt },
    });
  }
  for (const [tenant, subjects] of missing)
    await openIncident(context, tx, {
      kind: 'missing-devices',
      tenant,
      subjects,
      evidence: [`challenge:${orderId}`],
      at,
    });
}
