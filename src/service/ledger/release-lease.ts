import { computeOfLicence } from '../../ledger/accounts.ts';
import { release } from '../../ledger/entries.ts';
import { endLease, type RevocationDelay } from '../../ledger/leases.ts';
import { leaseOf, putLease } from '../../store/ledger/leases.ts';
import { endPayments } from '../../store/ledger/usage.ts';
import type { Tx } from '../../store/port.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { Draft } from './draft.ts';
import { leaseIn } from './drawers.ts';

export type LeaseRelease = RevocationDelay & {
  readonly licenceId: string;
  readonly hostId: string;
  /** Whose licence it is. */
  readonly tenant: string;
  readonly revokedAt: Date;
  readonly by: string;
  readonly reason: string;
};

/**
 * Ends a host's lease after all its grants were revoked, in that unit of work: its devices are free, and what was paid is
 * given back, from the moment on at which nobody can honour those grants any more; an act says how much, and to whom. Harmless where there is no lease.
 *
 * @returns what is given back to the licence, 10^12 operations
 */
export async function releaseLease(
  context: Pick<Context, 'clock' | 'random'>,
  tx: Tx,
  { licenceId, hostId, tenant, revokedAt, by, reason, ...delay }: LeaseRelease,
): Promise<number> {
  const row = await tx.first(leaseOf, { licenceId, hostId });
  if (row === undefined) return 0;
  const { lease, credit } = endLease(leaseIn(row), revokedAt.getTime(), delay);
  await tx.run(putLease, {
    ...row,
    paid_from_ms: lease.paidFromMs,
    paid_until_ms: lease.paidUntilMs,
    held_until_ms: lease.heldUntilMs,
  });
  await tx.run(endPayments, { licenceId, hostId, endMs: lease.paidUntilMs });
  if (credit === 0) return 0;
  const draft = new Draft(tx);
  const accounts = [
    computeOfLicence(licenceId).name,
    ...(row.party_account === null ? [] : [row.party_account]),
  ];
  const credits: { readonly account: string; readonly amount: number }[] = [];
  for (const account of accounts) {
    // An authority may have given some of it back before, by an adjustment.
    const { committed } = await draft.balance(account, row.period);
    const change = release(Math.min(credit, committed));
    credits.push({ account, amount: 0 - change.committed });
    if (change.committed !== 0) await draft.enter({ account, period: row.period, change });
  }
  const body = { licenceId, hostId, decisionId: row.decision_id, period: row.period, credits, reason, by };
  const act = { type: 'lease.released', at: revokedAt, tenant, body } as const;
  await draft.write(tx, {
    at_ms: revokedAt.getTime(),
    licence_id: licenceId,
    decision_id: row.decision_id,
    allocation_id: null,
    by_id: by,
    reason,
    leaf_index: await recordAct(tx, context, act),
  });
  return credits[0]?.amount ?? 0;
}
