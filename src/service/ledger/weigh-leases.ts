import { computeOfLicence } from '../../ledger/accounts.ts';
import { type DayOfWindow, fitsFrom } from '../../ledger/caps.ts';
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
import { Draft } from './draft.ts';
import { payerOf } from './payer.ts';

export type LeaseQuestion = {
  readonly licence: { readonly id: string; readonly conditions: LicenceConditions };
  readonly hosts: readonly {
    readonly hostId: string;
    /** Of what computes, and is to be granted. */
    readonly devices: readonly LeasedDevice[];
  }[];
  /** When nobody can honour a grant of now any more, however long what it rests on lasts. */
  readonly longest: Date;
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
  readonly weighed: Omit<LeasesWeighed['hosts'][number], 'untilMs'>;
};

type Quota = {
  readonly cap: number;
  readonly windowDays: number;
  /** Of each account: what was taken on the days of the window. */
  readonly accounts: readonly (readonly DayOfWindow[])[];
};

/** What the books say of a use: nothing of it depends on when its grants end. */
export type Weighing = {
  readonly question: LeaseQuestion;
  readonly draft: Draft;
  readonly payer: string | null;
  readonly quota: Quota | null;
  readonly tppInUse: LeasesWeighed['tppInUse'];
  readonly totals: LeasesWeighed['totals'];
  readonly drawers: readonly Drawer[];
  /** Models that no table knows, under a licence that limits nothing: neither refused nor counted, and said so. */
  readonly notCounted: readonly string[];
};

/** Reads what the ledger weighs of a use. @throws LedgerError `ledger_overflow` */
export async function weighLeases(view: View, question: LeaseQuestion): Promise<Weighing> {
  const { licence } = question;
  const { computeQuota, tppCap } = licence.conditions;
  const draft = new Draft(view);
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
  return {
    question,
    draft,
    payer,
    quota: await weighQuota(draft, question, payer === null ? [account] : [account, payer]),
    tppInUse: await weighTpp(view, question, drawers),
    totals: {
      licence: takenOf(await draft.balance(account)),
      payer: payer === null ? 0 : takenOf(await draft.balance(payer)),
    },
    drawers,
    notCounted: [...notCounted].sort(),
  };
}

/** When the grants of hosts cannot be honoured any more; those of hosts that are not named at {@link LeaseQuestion.longest}. */
export type LeaseEnds = ReadonlyMap<string, Date>;

/** What is judged, and kept with the decision, once it is known when the grants end. @throws LedgerError `ledger_overflow` */
export function weighedUntil(weighing: Weighing, ends: LeaseEnds): LeasesWeighed {
  const { question, payer, tppInUse, totals, drawers } = weighing;
  const hosts = drawers.map(({ weighed }) => {
    const untilMs = (ends.get(weighed.hostId) ?? question.longest).getTime();
    return { ...weighed, untilMs };
  });
  const atMs = question.at.getTime();
  const quota = quotaUntil(weighing, hosts);
  return { licenceId: question.licence.id, atMs, payer, quota, tppInUse, totals, hosts };
}

type HostInHand = {
  readonly host: Host;
  readonly counted: Counted;
  readonly payer: string | null;
  readonly isLimited: boolean;
};

async function weighHost(
  view: View,
  { licence, at, table }: LeaseQuestion,
  { host, counted, payer, isLimited }: HostInHand,
): Promise<Drawer> {
  const { hostId } = host;
  const devices = host.devices
    .map((device) => ({ ...device, tpp: table.get(device.model)?.tpp ?? 0 }))
    .sort((one, other) => (one.id < other.id ? -1 : 1));
  const row = (await view.first(leaseOf, { licenceId: licence.id, hostId })) ?? null;
  const terms = JSON.stringify([payer, ...devices.map(({ id, model, tpp }) => [id, model, tpp])]);
  const sameTerms = row?.terms === terms;
  const weighed: Drawer['weighed'] = {
    hostId,
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

async function weighQuota(
  draft: Draft,
  { licence, at }: LeaseQuestion,
  accounts: readonly string[],
): Promise<Quota | null> {
  const { computeQuota } = licence.conditions;
  if (computeQuota === undefined) return null;
  const { operationsE12: cap, windowDays } = computeQuota;
  const first = firstDayOf(at, windowDays);
  const days: DayOfWindow[][] = [];
  for (const account of accounts) {
    const rows = await draft.periodsFrom(account, first);
    days.push(rows.map((row) => ({ period: row.period, taken: takenOf(row) })));
  }
  return { cap, windowDays, accounts: days };
}

/** Of the two accounts the one that has taken more: a party that changes hands keeps what its licences took. */
function quotaUntil(
  { question: { at }, quota }: Weighing,
  hosts: LeasesWeighed['hosts'],
): LeasesWeighed['quota'] {
  if (quota === null) return null;
  const { cap, windowDays } = quota;
  const fromMs = at.getTime();
  const debit = sumOf(hosts.map(({ lease, ...host }) => extendLease(lease, { ...host, fromMs }).debit));
  let taken = 0;
  let fitsFromMs: number | null = fromMs;
  for (const days of quota.accounts) {
    const sum = sumOf(days.map((day) => day.taken));
    taken = Math.max(taken, sum);
    if (sumOf([sum, debit]) <= cap) continue;
    const from = fitsFrom({ cap, windowDays }, days, debit);
    fitsFromMs = from === null || fitsFromMs === null ? null : Math.max(fitsFromMs, from.getTime());
  }
  return { cap, windowDays, taken, fitsFromMs };
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
