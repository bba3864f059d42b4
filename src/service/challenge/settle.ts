import { endHostChallenge, pendingOfSession, settleChallenge } from '../../store/challenges/statements.ts';
import type { ChallengeOutcome } from '../../store/challenges/tables.ts';
import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { deviceStatusIn } from '../status/status.ts';

type Answered = {
  readonly hostId: string;
  readonly sessionId: string;
  readonly outcome: 'accepted' | 'refused';
  readonly at: Date;
};

/**
 * Notes what came of the devices that a session challenged, in the unit of work of its submission and after everything else of it is
 * written. A device has answered only where it attested itself in that very evidence: its host's word is none.
 */
export async function settleChallenges(
  context: Context,
  tx: Tx,
  { hostId, sessionId, outcome, at }: Answered,
): Promise<void> {
  for (const { order_id: orderId, device_id: deviceId } of await tx.all(pendingOfSession, { sessionId })) {
    const settled = outcome === 'refused' ? 'refused' : await shownIn(context, tx, hostId, deviceId);
    await tx.run(settleChallenge, { orderId, deviceId, outcome: settled, atMs: at.getTime() });
  }
  await tx.run(endHostChallenge, { hostId, sessionId });
}

async function shownIn(
  context: Context,
  tx: Tx,
  hostId: string,
  deviceId: string,
): Promise<Extract<ChallengeOutcome, 'answered' | 'not-shown'>> {
  const status = await deviceStatusIn(context, tx, deviceId);
  return status?.hostId === hostId && status.facts.device === 'attested' ? 'answered' : 'not-shown';
}
