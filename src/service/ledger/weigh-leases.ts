import { computeOfLicence } from '../../ledger/accounts.ts';
import { type DayOfWindow, fitsFrom } from '../../ledger/caps.ts';
import { type ChipTable, countChips } from '../../ledger/chips.ts';
import { takenOf } from '../../ledger/entries.ts';
import { extendLease } from '../../ledger/leases.ts';
import { dayOf, firstDayOf } from '../../ledger/periods.ts';
import { sumOf } from '../../ledger/units.ts';
import type { LicenceConditions } from '../../policy/licence.ts';
import type { LeasesWeighed } from '../../protocol/ledger.ts';
import { devicesInUse } from '../../store/ledger/leases.ts';
import type { View } from '../../store/port.ts';
import { Draft } from './draft.ts';
import { type Drawer, drawerOf, eachChipOnce, type LeasedDevice, readLeases } from './drawers.ts';

export type LeaseQuestion = {
  readonly licence: { readonly id: string; readonly conditions: LicenceConditions };
  /** The account that use is charged to besides the licence's own; null where nobody can be named. */
  readonly payer: string | null;
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

type Quota = {
  readonly cap: number;
  readonly windowDays: number;
  /** Of each account: what was taken in the window, and on which of its days, where a lease at its longest would not fit. */
  readonly accounts: readonly { readonly taken: number; readonly days: readonly DayOfWindow[] | null }[];
};

/** What the books say of a use: nothing of it depends on when its grants end. */
export type Weighing = {
  readonly question: LeaseQuestion;
  readonly draft: Draft;
  readonly payer: string | null;
  readonly quota: Quota | null;
  readonly inUse: Pick<LeasesWeighed, 'tppInUse' | 'modelsInUse'>;
  readonly totals: LeasesWeighed['totals'];
  readonly drawers: readonly Drawer[];
  /** Models that no table knows, under a licence that limits nothing: neither refused nor counted, and said so. */
  readonly notCounted: readonly string[];
};

/** Reads what the ledger weighs of a use. @throws LedgerError `ledger_overflow` */
export async function weighLeases(view: View, question: LeaseQuestion): Promise<Weighing> {
  const { licence, payer, at } = question;
  const { computeQuota, tppCap } = licence.conditions;
  const draft = new Draft(view);
  const isLimited = computeQuota !== undefined || tppCap !== undefined;
  const drawers: Drawer[] = [];
  const notCounted = new Set<string>();
  const hostIds = question.hosts.map(({ hostId }) => hostId);
  const leases = await readLeases(view, licence.id, hostIds);
  for (const host of question.hosts) {
    const devices = eachChipOnce(host.devices, question.table);
    const chips = devices.flatMap(({ model, counts }) => (counts ? [{ model, quantity: 1 }] : []));
    const counted = countChips(chips, question.table);
    if (!isLimited) for (const model of counted.unknown) notCounted.add(model);
    // What no table knows is leased too: it costs nothing, and draws on one grant at a time.
    const peakE12 = Math.max(
      0,
      ...chips.map(({ model }) => question.table.get(model)?.peakE12PerSecond ?? 0),
    );
    const row = leases.get(host.hostId) ?? null;
    const inHand = { hostId: host.hostId, row, devices, counted, peakE12, payer, isLimited, at };
    drawers.push(await drawerOf(view, licence.id, inHand));
  }
  const account = computeOfLicence(licence.id).name;
  const accounts: readonly [string, string?] = payer === null ? [account] : [account, payer];
  const first = firstDayOf(at, computeQuota?.windowDays ?? 0);
  const taken = await draft.open(accounts, { first, today: dayOf(at) });
  return {
    question,
    draft,
    payer,
    quota: computeQuota === undefined ? null : await weighQuota(draft, { question, first, taken, drawers }),
    inUse: await weighInUse(view, question, drawers),
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
  const { question, payer, inUse, totals, drawers } = weighing;
  const hosts = drawers.map(({ weighed }) => {
    const untilMs = (ends.get(weighed.hostId) ?? question.longest).getTime();
    return { ...weighed, untilMs };
  });
  const atMs = question.at.getTime();
  const quota = quotaUntil(weighing, hosts);
  return { licenceId: question.licence.id, atMs, payer, quota, ...inUse, totals, hosts };
}

type Window = {
  readonly question: LeaseQuestion;
  readonly first: string;
  /** By account. */
  readonly taken: ReadonlyMap<string, number>;
  readonly drawers: readonly Drawer[];
};

/** Day by day where it is not certain to fit: then it is to be said from when on it would. */
async function weighQuota(draft: Draft, { question, first, taken, drawers }: Window): Promise<Quota | null> {
  const { computeQuota } = question.licence.conditions;
  if (computeQuota === undefined) return null;
  const { operationsE12: cap, windowDays } = computeQuota;
  const untilMs = question.longest.getTime();
  const most = debitOf(
    drawers.map(({ weighed }) => ({ ...weighed, untilMs })),
    question.at,
  );
  const accounts: Quota['accounts'][number][] = [];
  for (const [account, sum] of taken) {
    const rows = sumOf([sum, most]) <= cap ? null : await draft.periodsFrom(account, first);
    const days = rows?.map((row) => ({ period: row.period, taken: takenOf(row) })) ?? null;
    accounts.push({ taken: sum, days });
  }
  return { cap, windowDays, accounts };
}

function debitOf(hosts: LeasesWeighed['hosts'], at: Date): number {
  const fromMs = at.getTime();
  return sumOf(hosts.map(({ lease, ...host }) => extendLease(lease, { ...host, fromMs }).debit));
}

/** Of the two accounts the one that has taken more: a party that changes hands keeps what its licences took. */
function quotaUntil(
  { question: { at }, quota }: Weighing,
  hosts: LeasesWeighed['hosts'],
): LeasesWeighed['quota'] {
  if (quota === null) return null;
  const { cap, windowDays } = quota;
  const fromMs = at.getTime();
  const debit = debitOf(hosts, at);
  let taken = 0;
  let fitsFromMs: number | null = fromMs;
  for (const account of quota.accounts) {
    taken = Math.max(taken, account.taken);
    if (sumOf([account.taken, debit]) <= cap) continue;
    if (account.days === null) throw new TypeError('a lease beyond the longest that was asked about');
    const from = fitsFrom({ cap, windowDays }, account.days, debit);
    fitsFromMs = from === null || fitsFromMs === null ? null : Math.max(fitsFromMs, from.getTime());
  }
  return { cap, windowDays, taken, fitsFromMs };
}

/** Only where a lease begins or changes: one that is renewed as it was puts nothing more into use. */
async function weighInUse(
  view: View,
  { licence, at }: LeaseQuestion,
  drawers: readonly Drawer[],
): Promise<Weighing['inUse']> {
  const { tppCap, models } = licence.conditions;
  const atMs = at.getTime();
  const isRunning = ({ weighed: { sameTerms, lease } }: Drawer): boolean =>
    sameTerms && lease !== null && lease.heldUntilMs > atMs;
  const isLimited = tppCap !== undefined || models !== undefined;
  if (!isLimited || drawers.every(isRunning)) return { tppInUse: null, modelsInUse: null };
  const asked = drawers.flatMap(({ devices }) => devices);
  const asking = new Set(asked.map(({ id }) => id));
  const rows = await view.all(devicesInUse, { licenceId: licence.id, atMs });
  const others = rows.filter(({ device }) => !asking.has(device));
  const of = (model: string) => (device: { readonly model: string | null }) => device.model === model;
  return {
    tppInUse: tppCap === undefined ? null : { cap: tppCap, taken: sumOf(others.map(({ tpp }) => tpp)) },
    modelsInUse:
      models?.map(({ model, quantity: cap }) => {
        const quantity = asked.filter(({ counts }) => counts).filter(of(model)).length;
        return { model, cap, taken: others.filter(of(model)).length, quantity };
      }) ?? null,
  };
}
