import { formatInstant } from '../../bytes/instant.ts';
import { toBase64Url } from '../../bytes/text.ts';
import { commitmentTo, drawDevices, seedOf } from '../../record/challenge/draw.ts';
import { hostRecord } from '../../store/attestation/hosts.ts';
import {
  challengeHost,
  drawOrder,
  insertChallenge,
  moveChallenges,
} from '../../store/challenges/statements.ts';
import type { ChallengeOrderTable } from '../../store/challenges/tables.ts';
import type { Tx, View } from '../../store/port.ts';
import { deviceById } from '../../store/registry/devices.ts';
import { recordAct, VERIFIER_TENANT } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import { rootAt } from '../log.ts';
import type { Principal } from '../principal.ts';
import { schedule } from '../schedule/schedule.ts';
import { freshSession, type IssuedSession, keepSession } from '../session/issue.ts';
import { deviceStatusIn } from '../status/status.ts';
import { pendingChallenge } from './pending.ts';
import { type OrderWithDevices, populationFor, readOrder } from './read.ts';

/**
 * Draws the devices of an order and challenges their hosts: each host is issued one session, which is a leaf, whether it ever asks or
 * not. The seed is made of the tree that ends with the order, which is durable and can be shown by now, and of what the auditor committed to
 * in it (record/challenge/draw.ts).
 *
 * @throws RequestError `not_found`; `conflict` where it was drawn or has lapsed; `invalid_request` for another secret
 */
export async function drawChallenges(
  context: Context,
  by: Principal,
  id: string,
  secret: string,
): Promise<OrderWithDevices> {
  const seen = await context.store.read(async (view) => {
    const { order } = await readOrder(view, id);
    requireDrawable(order, secret);
    const size = order.leaf_index + 1;
    const root = await rootAt(context, view, size);
    const seed = seedOf({ order: id, root, secret });
    const devices = drawDevices(seed, await populationFor(view, order), order.wanted);
    const body = { orderId: id, size, root: toBase64Url(root), secret, seed, devices };
    return { order, seed, body, hosts: await hostsOf(context, view, devices) };
  });
  const at = context.clock();
  const { order, seed, body, hosts } = seen;
  const deadline = new Date(at.getTime() + order.answer_within_ms);
  // Before the unit of work, which may run twice.
  const sessions = hosts.map(({ hostId }) =>
    hostId === null ? null : freshSession(context, at, order.answer_within_ms),
  );
  return context.store.write(async (tx) => {
    const act = { ...body, deadline: formatInstant(deadline), by: by.id };
    const leafIndex = await recordAct(tx, context, {
      type: 'challenge.drawn',
      at,
      tenant: VERIFIER_TENANT,
      body: act,
    });
    const [atMs, deadlineMs] = [at.getTime(), deadline.getTime()];
    if ((await tx.run(drawOrder, { id, secret, seed, leafIndex, atMs, deadlineMs })) !== 1)
      throw notDrawable('drawn');
    for (const [position, host] of hosts.entries())
      await challengeDevice(context, tx, {
        ...host,
        orderId: id,
        position,
        session: sessions[position] ?? null,
        at,
      });
    await schedule(tx, 'challenge', id, deadline);
    return readOrder(tx, id);
  });
}

type Carried = {
  readonly deviceId: string;
  /** Null where no host carries it. */
  readonly hostId: string | null;
  /** Whether it was ever verified: its silence then says something. */
  readonly wasVerified: boolean;
};

async function hostsOf(context: Context, view: View, devices: readonly string[]): Promise<Carried[]> {
  const found: Carried[] = [];
  for (const deviceId of devices) {
    const status = await deviceStatusIn(context, view, deviceId);
    const row = await view.first(deviceById, { id: deviceId });
    const wasVerified = (row?.verified_at_ms ?? null) !== null;
    found.push({ deviceId, hostId: status?.hostId ?? null, wasVerified });
  }
  return found;
}

type Challenged = Carried & {
  readonly orderId: string;
  readonly position: number;
  /** To be issued, unless its host is challenged already. */
  readonly session: IssuedSession | null;
  readonly at: Date;
};

/** One session for all drawn devices of a host. One that another order issued serves this one too, where it is open for as long; else the new one serves both. */
async function challengeDevice(context: Context, tx: Tx, challenged: Challenged): Promise<void> {
  const { deviceId, hostId, wasVerified, orderId, position, session, at } = challenged;
  const host = hostId === null ? undefined : await tx.first(hostRecord, { id: hostId });
  const isAsked = host !== undefined && session !== null && host.suspended_at_ms === null;
  let sessionId: string | null = null;
  if (isAsked) {
    const open = await pendingChallenge(tx, host.id, at);
    const serves = open !== null && open.expiresAtMs >= session.expiresAtMs;
    if (!serves) {
      await keepSession(context, tx, { hostId: host.id, tenant: host.tenant }, session, orderId);
      await tx.run(challengeHost, { hostId: host.id, sessionId: session.id });
      if (open !== null) await tx.run(moveChallenges, { from: open.id, to: session.id });
    }
    sessionId = serves ? open.id : session.id;
  }
  // A device that was there once and that nobody carries now is not excused.
  const isOpen = isAsked || (host === undefined && wasVerified);
  await tx.run(insertChallenge, {
    order_id: orderId,
    device_id: deviceId,
    position,
    host_id: hostId,
    session_id: sessionId,
    outcome: isOpen ? 'pending' : 'unreachable',
    settled_at_ms: isOpen ? null : at.getTime(),
  });
}

function requireDrawable({ state, commitment }: ChallengeOrderTable, secret: string): void {
  if (state !== 'ordered') throw notDrawable(state);
  const actual = commitmentTo(secret);
  if (actual === commitment) return;
  throw new RequestError('invalid_request', 'this is not what the order committed to', {
    path: 'body.secret',
    expected: `a secret whose commitment is ${commitment}`,
    actual,
  });
}

function notDrawable(state: string): RequestError {
  return new RequestError('conflict', `the order is ${state}: order anew`);
}
