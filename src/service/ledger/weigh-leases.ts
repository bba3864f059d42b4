import { computeOfLicence } from '../../ledger/accounts.ts';
import { fitsFrom } from '../../ledger/caps.ts';
import { type ChipTable, type Counted, countChips } from '../../ledger/chips.ts';
import { takenOf } from '../../ledger/entries.ts';
import { extendLease } from '../../ledger/leases.ts';
import { firstDayOf } from '../../ledger/periods.ts';
import { sumOf } from '../../ledger/units.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import type { LeasesWeighed } from '../../protocol/ledger.ts';
import { devicesInUse, holderOf, leaseOf } from '../../store/ledger/leases.ts';
import type { LedgerLeaseTable } from '../../store/ledger/tables.ts';
import type { View } from '../../store/port.ts';
import type { Draft } from './draft.ts';
import { payerOf } from './payer.ts';

export type LeaseQuestion = {
  readonly licence: { readonly id: string; readonly conditions: LicenceConditions };
  readonly hosts: readonly {
    readonly hostId: string;
    /** Of what computes, and is to be granted. */
    readonly devices: readonly LeasedDevice[];
    /** When this host's grant ends; `leaseSeconds` from now unless given. */
    readonly until?: Date;
  }[];
  readonly leaseSeconds: number;
  readonly at: Date;
  /** What is in force. */
  readonly table: ChipTable;
};

type LeasedDevice = {
  /** The one name that no other device has. */
  readonly id: string;
  /** As chip tables write it. */
  readonly model: string;
};

type Host = LeaseQuestion['hosts'][number];

/** A host that draws, with the lease that it has: `terms` are those that it would have. */
export type Drawer = {
  readonly hostId: string;
  /** In the order of their names; TPP by the table in force. */
  readonly devices: readonly (LeasedDevice & { readonly tpp: number })[];
  readonly terms: string;
  readonly row: LedgerLeaseTable | null;
  readonly weighed: LeasesWeighed['hosts'][number];
};

export type Weighing = {
  readonly weighed: LeasesWeighed;
  readonly drawers: readonly Drawer[];
  /** Models that no table knows, under a licence that limits nothing: neither refused nor counted, and said so. */
  readonly notCounted: readonly string[];
};

/** Reads what the ledger weighs of a use. @throws LedgerError `ledger_overflow` */
export async function weighLeases(view: View, draft: Draft, question: LeaseQuestion): Promise<Weighing> {
  const { licence, at } = question;
  const { computeQuota, tppCap } = licence.conditions;
  const payer = await payerOf(view, licence.conditions);
  const isLimited = computeQuota !== undefined || tppCap !== undefined;
  const drawers: Drawer[] = [];
  const notCounted = new Set<string>();
  for (const host of question.hosts) {
    const chips = host.devices.map(({ model }) => ({ model, quantity: 1 }));
    const counted = countChips(chips, question.table);
    if (!isLimited) for (const model of counted.unknown) notCounted.add(model);
    if (counted.rateE12 === 0 && (counted.unknown.length === 0 || !isLimited)) continue;
    drawers.push(await weighHost(view, question, { host, counted, payer, isLimited }));
  }
  const account = computeOfLicence(licence.id).name;
  const weighed: LeasesWeighed = {
    licenceId: licence.id,
    atMs: at.getTime(),
    payer,
    quota: await weighQuota(draft, question, {
      accounts: payer === null ? [account] : [account, payer],
      drawers,
    }),
    tppInUse: await weighTpp(view, question, drawers),
    totals: {
      licence: takenOf(await draft.balance(account)),
      payer: payer === null ? 0 : takenOf(await draft.balance(payer)),
    },
    hosts: drawers.map((drawer) => drawer.weighed),
  };
  return { weighed, drawers, notCounted: [...notCounted].sort() };
}

type HostInHand = {
  readonly host: Host;
  readonly counted: Counted;
  readonly payer: string | null;
  readonly isLimited: boolean;
};

async function weighHost(
  view: View,
  { licence, at, leaseSeconds, table }: LeaseQuestion,
  { host, counted, payer, isLimited }: HostInHand,
): Promise<Drawer> {
  const { hostId, until } = host;
  const devices = host.devices
    .map((device) => ({ ...device, tpp: table.get(device.model)?.tpp ?? 0 }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const row = (await view.first(leaseOf, { licenceId: licence.id, hostId })) ?? null;
  const terms = JSON.stringify([payer, ...devices.map(({ id, model, tpp }) => [id, model, tpp])]);
  const sameTerms = row?.terms === terms;
  const weighed: Drawer['weighed'] = {
    hostId,
    untilMs: until?.getTime() ?? at.getTime() + leaseSeconds * 1000,
    tpp: counted.tpp,
    rateE12: counted.rateE12,
    unknown: isLimited ? counted.unknown : [],
    sameTerms,
    lease: row === null ? null : leaseIn(row),
    // A lease on the same terms still has its devices: whoever takes one over changes the terms.
    elsewhere: sameTerms ? [] : await heldElsewhere(view, { licenceId: licence.id, host, at }),
  };
  return { hostId, devices, terms, row, weighed };
}

export function leaseIn(row: LedgerLeaseTable): NonNullable<LeasesWeighed['hosts'][number]['lease']> {
  return {
    rateE12: row.rate_e12,
    paidFromMs: row.paid_from_ms,
    paidUntilMs: row.paid_until_ms,
    heldUntilMs: row.held_until_ms,
  };
}

type Elsewhere = { readonly licenceId: string; readonly host: Host; readonly at: Date };

async function heldElsewhere(
  view: View,
  { licenceId, host, at }: Elsewhere,
): Promise<{ device: string; untilMs: number }[]> {
  const held: { device: string; untilMs: number }[] = [];
  for (const { id: device } of host.devices) {
    const holder = await view.first(holderOf, { device });
    if (holder === undefined || holder.until_ms <= at.getTime()) continue;
    if (holder.licence_id === licenceId && holder.host_id === host.hostId) continue;
    held.push({ device, untilMs: holder.until_ms });
  }
  return held;
}

type QuotaInHand = { readonly accounts: readonly string[]; readonly drawers: readonly Drawer[] };

/** Of the two accounts the one that has taken more: a party that changes hands keeps what its licences took. */
async function weighQuota(
  draft: Draft,
  { licence, at }: LeaseQuestion,
  { accounts, drawers }: QuotaInHand,
): Promise<LeasesWeighed['quota']> {
  const { computeQuota } = licence.conditions;
  if (computeQuota === undefined) return null;
  const { operationsE12: cap, windowDays } = computeQuota;
  const debit = sumOf(drawers.map((drawer) => debitOf(drawer, at)));
  let taken = 0;
  let fitsFromMs: number | null = at.getTime();
  for (const account of accounts) {
    const rows = await draft.periodsFrom(account, firstDayOf(at, windowDays));
    const days = rows.map((row) => ({ period: row.period, taken: takenOf(row) }));
    const sum = sumOf(days.map((day) => day.taken));
    taken = Math.max(taken, sum);
    if (sumOf([sum, debit]) <= cap) continue;
    const from = fitsFrom({ cap, windowDays }, days, debit);
    fitsFromMs = from === null || fitsFromMs === null ? null : Math.max(fitsFromMs, from.getTime());
  }
  return { cap, windowDays, taken, fitsFromMs };
}

function debitOf({ weighed }: Drawer, at: Date): number {
  const { sameTerms, rateE12, untilMs, lease } = weighed;
  return extendLease(lease, { sameTerms, rateE12, fromMs: at.getTime(), untilMs }).debit;
}

/** Only where a lease begins or changes: one that is renewed as it was puts nothing more into use. */
async function weighTpp(
  view: View,
  { licence, at }: LeaseQuestion,
  drawers: readonly Drawer[],
): Promise<LeasesWeighed['tppInUse']> {
  const cap = licence.conditions.tppCap;
  const atMs = at.getTime();
  const isRunning = ({ weighed: { sameTerms, lease } }: Drawer): boolean =>
    sameTerms && lease !== null && lease.heldUntilMs > atMs;
  if (cap === undefined || drawers.every(isRunning)) return null;
  const asking = new Set(drawers.flatMap(({ devices }) => devices.map(({ id }) => id)));
  const running = await view.all(devicesInUse, { licenceId: licence.id, atMs });
  return { cap, taken: sumOf(running.filter(({ device }) => !asking.has(device)).map(({ tpp }) => tpp)) };
}
