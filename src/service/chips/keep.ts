import type { Tx } from '../../store/port.ts';
import type { Context } from '../context.ts';
import { settleContests } from './contest.ts';
import { noteChips } from './note.ts';
import type { JudgedChips } from './shown.ts';
import { type AskedHost, readStanding } from './standing.ts';

/** Whether what the GPUs and switches were judged by is still so: the register, and who else proves their chips. */
export async function standsAsJudged(
  context: Context,
  tx: Tx,
  host: AskedHost,
  { named, standing }: JudgedChips,
): Promise<boolean> {
  if (standing === null) return true;
  const { registered } = standing.inventory;
  const own = new Set(registered.map(({ linked, identity }) => (linked ? identity : null)));
  const foreseen = named.filter((chip) => !own.has(chip));
  const now = await readStanding(context, tx, host, { chips: named, foreseen });
  return now.fingerprint === standing.fingerprint;
}

type Kept = {
  readonly claimant: AskedHost;
  readonly tenant: string;
  readonly sessionId: string;
  readonly chips: JudgedChips;
};

/**
 * What an accepted submission leaves known of its GPUs and switches. After the host's own state was written: a contest that it
 * opens changes when both hosts may attest again.
 */
export async function keepChips(
  context: Context,
  tx: Tx,
  { claimant, tenant, sessionId, chips: { shown: chips, standing } }: Kept,
): Promise<void> {
  if (standing === null) return;
  const { hostId, facilityId, at } = claimant;
  await noteChips(tx, { hostId, facilityId, chips, standing, at });
  await settleContests(context, tx, { claimant, tenant, sessionId, chips, standing });
}
