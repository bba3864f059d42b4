import { computeOfLicence } from '../../ledger/accounts.ts';
import { commit } from '../../ledger/entries.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { judgeLeases, uncountable } from '../../ledger/judge-leases.ts';
import type { Extension } from '../../ledger/leases.ts';
import { dayOf } from '../../ledger/periods.ts';
import { reached, type Threshold } from '../../ledger/thresholds.ts';
import { sumOf } from '../../ledger/units.ts';
import type { Drawn, LeasesWeighed } from '../../protocol/ledger.ts';
import type { Reason } from '../../protocol/reason.ts';
import { clearTerms, holderOf, leaveDevices, putLease, putLeasedDevice } from '../../store/ledger/leases.ts';
import { insertPayment } from '../../store/ledger/usage.ts';
import type { Tx, View } from '../../store/port.ts';
import type { Draft } from './draft.ts';
import { type Drawer, namesOf } from './drawers.ts';
import {
  type LeaseEnds,
  type LeaseQuestion,
  type Weighing,
  weighedUntil,
  weighLeases,
} from './weigh-leases.ts';

/** What granted leases cost: {@link postDebits} writes it, in the unit of work in which it was weighed. */
export type LeaseDebits = {
  readonly draft: Draft;
  readonly licenceId: string;
  readonly at: Date;
  readonly payer: string | null;
  /** Whether the licence lets reports of usage give back what was paid. */
  readonly metered: boolean;
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

/** The books as they were read for a use: when its grants end depends on whatever else decides, and that is asked in between. */
export type LeaseBooks = {
  /** As if every grant lasted as long as it may; null where the chips themselves cannot be counted. */
  readonly atMost: LeasesWeighed | null;
  /** Whether leases of such lengths fit. @param ends until when, and no longer, each is paid */
  readonly settle: (ends: LeaseEnds) => LeasesAnswer;
};

/**
 * Reads the books for a use, in the caller's snapshot or unit of work. Writes nothing.
 *
 * A licence without `computeQuota` and `tppCap` is limited by nothing here; what its hosts draw is counted nevertheless,
 * as far as chip tables know them, for a licence with a quota may share its end user's ultimate parent.
 */
export async function openLeases(view: View, question: LeaseQuestion): Promise<LeaseBooks> {
  const reasons = [uncountable(question.licence.id)];
  const none: LeasesAnswer = { reasons, drawn: [], notCounted: [], weighed: null, debits: null };
  try {
    const weighing = await weighLeases(view, question);
    const atMost = weighedUntil(weighing, new Map());
    // What can be counted at its longest can be counted.
    return { atMost, settle: (ends) => settle(weighing, ends) };
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    return { atMost: null, settle: () => none };
  }
}

function settle(weighing: Weighing, ends: LeaseEnds): LeasesAnswer {
  const { question, drawers, notCounted } = weighing;
  const weighed = weighedUntil(weighing, ends);
  const { reasons, drawn, extensions } = judgeLeases(weighed);
  if (reasons.length > 0) return { reasons, drawn, notCounted, weighed, debits: null };
  const leases = drawers.flatMap((drawer, index) => {
    const extension = extensions[index];
    return extension === undefined ? [] : [{ ...drawer, extension }];
  });
  const { payer, totals } = weighed;
  const after = sumOf([totals.payer, ...extensions.map(({ debit }) => debit)]);
  const debits = {
    draft: weighing.draft,
    licenceId: question.licence.id,
    at: question.at,
    payer,
    metered: question.licence.conditions.metering !== undefined,
    leases,
    reached: payer === null ? [] : reached(totals.payer, after),
  };
  return { reasons, drawn, notCounted, weighed, debits };
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

/** Writes what {@link openLeases} found to fit, in its unit of work. */
export async function postDebits(
  tx: Tx,
  { draft, licenceId, at, payer, metered, leases }: LeaseDebits,
  { decisionId, by }: { readonly decisionId: string; readonly by: string },
): Promise<void> {
  for (const { hostId, devices, terms, peakE12, row, weighed, extension } of leases) {
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
    if (!metered || extension.debit === 0) continue;
    await tx.run(insertPayment, {
      licence_id: licenceId,
      host_id: hostId,
      decision_id: decisionId,
      from_ms: paidFromMs,
      until_ms: paidUntilMs,
      rate_e12: rateE12,
      peak_e12: peakE12,
      account: payer,
      period: dayOf(new Date(paidUntilMs)),
    });
  }
  for (const { account, period, amount } of paymentsOf(licenceId, payer, leases)) {
    await draft.enter({ account, period, change: commit(amount) });
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
  const of = { licence_id: lease.licenceId, host_id: lease.hostId, until_ms: null };
  for (const device of devices) {
    const { id, tpp, counts, model } = device;
    for (const name of namesOf(device)) {
      const holder = await tx.first(holderOf, { device: name });
      const isOwn = holder?.licence_id === lease.licenceId && holder.host_id === lease.hostId;
      if (holder?.left_ms === null && !isOwn) {
        await tx.run(clearTerms, { licenceId: holder.licence_id, hostId: holder.host_id });
      }
      const own = name === id ? { tpp, model: counts ? model : null } : { tpp: 0, model: null };
      await tx.run(putLeasedDevice, { device: name, ...of, ...own });
    }
  }
}
