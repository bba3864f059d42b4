import { computeOfLicence } from '../../ledger/accounts.ts';
import { commit, release, takenOf } from '../../ledger/entries.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { judgeLeases, uncountable } from '../../ledger/judge-leases.ts';
import { type Extension, endLease, type RevocationDelay } from '../../ledger/leases.ts';
import { dayOf } from '../../ledger/periods.ts';
import { reached, type Threshold } from '../../ledger/thresholds.ts';
import type { Drawn, LeasesWeighed } from '../../protocol/ledger.ts';
import type { Reason } from '../../protocol/reason.ts';
import {
  clearTerms,
  holderOf,
  leaseOf,
  leaveDevices,
  putLease,
  putLeasedDevice,
} from '../../store/ledger/leases.ts';
import type { Tx, View } from '../../store/port.ts';
import { Draft } from './draft.ts';
import { type Drawer, type LeaseQuestion, leaseIn, weighLeases } from './weigh-leases.ts';

/** What granted leases cost, on paper: {@link postDebits} writes it, in the same unit of work. */
export type LeaseDebits = {
  readonly draft: Draft;
  readonly licenceId: string;
  readonly at: Date;
  readonly payer: string | null;
  readonly leases: readonly (Drawer & { readonly extension: Extension })[];
  /** Thresholds that the payer reaches by these. */
  readonly reached: readonly Threshold[];
};

export type LeasesAnswer = {
  /** Every reason to deny. */
  readonly reasons: readonly Reason[];
  /** What it takes from which account. */
  readonly drawn: readonly Drawn[];
  /** Models that no chip table knows, under a licence that limits nothing: they are granted and not counted. */
  readonly notCounted: readonly string[];
  /** Everything that was weighed, to be kept; null where the chips themselves cannot be counted. */
  readonly weighed: LeasesWeighed | null;
  /** null where anything denies. */
  readonly debits: LeaseDebits | null;
};

/**
 * Whether the leases fit, in the caller's snapshot or unit of work. Writes nothing.
 *
 * A licence without `computeQuota` and `tppCap` is limited by nothing here; what its hosts draw is counted nevertheless,
 * as far as chip tables know them, for a licence with a quota may share its end user's ultimate parent.
 */
export async function leaseDebits(view: View, question: LeaseQuestion): Promise<LeasesAnswer> {
  const draft = new Draft(view);
  try {
    const { weighed, drawers, notCounted } = await weighLeases(view, draft, question);
    const { reasons, drawn, extensions } = judgeLeases(weighed);
    const { licence, at } = question;
    const leases = drawers.flatMap((drawer, index) => {
      const extension = extensions[index];
      return extension === undefined ? [] : [{ ...drawer, extension }];
    });
    if (reasons.length > 0) return { reasons, drawn, notCounted, weighed, debits: null };
    const { payer, totals } = weighed;
    for (const { account, period, amount } of paymentsOf(licence.id, payer, leases)) {
      await draft.enter({ account, period, change: commit(amount) });
    }
    const after = payer === null ? 0 : takenOf(await draft.balance(payer));
    const debits = { draft, licenceId: licence.id, at, payer, leases, reached: reached(totals.payer, after) };
    return { reasons, drawn, notCounted, weighed, debits };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const reasons = [uncountable(question.licence.id)];
    return { reasons, drawn: [], notCounted: [], weighed: null, debits: null };
  }
}

type Payment = { readonly account: string; readonly period: string; readonly amount: number };

/** One payment by account and day, whatever the number of hosts. */
function paymentsOf(
  licenceId: string,
  payer: string | null,
  leases: LeaseDebits['leases'],
): readonly Payment[] {
  const byDay = new Map<string, number>();
  for (const { extension } of leases) {
    if (extension.debit === 0) continue;
    const day = dayOf(new Date(extension.lease.paidUntilMs));
    byDay.set(day, (byDay.get(day) ?? 0) + extension.debit);
  }
  const accounts = [computeOfLicence(licenceId).name, ...(payer === null ? [] : [payer])];
  return [...byDay].flatMap(([period, amount]) => accounts.map((account) => ({ account, period, amount })));
}

/** Writes what {@link leaseDebits} found to fit, in its unit of work. */
export async function postDebits(
  tx: Tx,
  { draft, licenceId, at, payer, leases }: LeaseDebits,
  { decisionId, by }: { readonly decisionId: string; readonly by: string },
): Promise<void> {
  for (const { hostId, devices, terms, row, weighed, extension } of leases) {
    const lease = { licenceId, hostId };
    if (!weighed.sameTerms)
      await takeDevices(tx, lease, { devices, leftAtMs: weighed.lease?.heldUntilMs ?? 0 });
    const { rateE12, paidFromMs, paidUntilMs, heldUntilMs } = extension.lease;
    await tx.run(putLease, {
      licence_id: licenceId,
      host_id: hostId,
      terms,
      rate_e12: rateE12,
      party_account: payer,
      // Where nothing is paid, the newest payment stands where it stood.
      period: row !== null && extension.debit === 0 ? row.period : dayOf(new Date(paidUntilMs)),
      paid_from_ms: paidFromMs,
      paid_until_ms: paidUntilMs,
      held_until_ms: heldUntilMs,
      decision_id: decisionId,
    });
  }
  await draft.write(tx, {
    at_ms: at.getTime(),
    licence_id: licenceId,
    decision_id: decisionId,
    allocation_id: null,
    by_id: by,
    reason: null,
    leaf_index: null,
  });
}

type LeaseKey = { readonly licenceId: string; readonly hostId: string };

/** Ties devices to this lease, and leaves those that it had to themselves once its grants have ended. */
async function takeDevices(
  tx: Tx,
  lease: LeaseKey,
  { devices, leftAtMs }: { readonly devices: Drawer['devices']; readonly leftAtMs: number },
): Promise<void> {
  await tx.run(leaveDevices, { ...lease, untilMs: leftAtMs });
  for (const { id: device, tpp } of devices) {
    const holder = await tx.first(holderOf, { device });
    const isOwn = holder?.licence_id === lease.licenceId && holder.host_id === lease.hostId;
    if (holder?.left_ms === null && !isOwn) {
      await tx.run(clearTerms, { licenceId: holder.licence_id, hostId: holder.host_id });
    }
    await tx.run(putLeasedDevice, {
      device,
      licence_id: lease.licenceId,
      host_id: lease.hostId,
      until_ms: null,
      tpp,
    });
  }
}

export type LeaseRelease = LeaseKey &
  RevocationDelay & { readonly revokedAt: Date; readonly by: string; readonly reason: string };

/**
 * Ends a host's lease after all its grants were revoked, in that unit of work: its devices are free, and what was paid is
 * given back, from the moment on at which nobody can honour those grants any more. Harmless where there is no lease.
 *
 * @returns what is given back to the licence, 10^12 operations
 */
export async function releaseLease(
  tx: Tx,
  { licenceId, hostId, revokedAt, by, reason, ...delay }: LeaseRelease,
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
  if (credit === 0) return 0;
  const draft = new Draft(tx);
  const accounts = [
    computeOfLicence(licenceId).name,
    ...(row.party_account === null ? [] : [row.party_account]),
  ];
  const given: number[] = [];
  for (const account of accounts) {
    // An authority may have given some of it back before, by an adjustment.
    const { committed } = await draft.balance(account, row.period);
    const change = release(Math.min(credit, committed));
    given.push(0 - change.committed);
    if (change.committed !== 0) await draft.enter({ account, period: row.period, change });
  }
  await draft.write(tx, {
    at_ms: revokedAt.getTime(),
    licence_id: licenceId,
    decision_id: row.decision_id,
    allocation_id: null,
    by_id: by,
    reason,
    leaf_index: null,
  });
  return given[0] ?? 0;
}
