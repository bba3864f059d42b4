import { randomBytes } from 'node:crypto';
import { expect } from 'vitest';
import { balanceOf, type ChipTable, enter, takenOf, WHOLE } from '../../../src/ledger/index.ts';
import { type LicenceConditions, licenceConditions } from '../../../src/policy/licence.ts';
import { allocate, postAllocation } from '../../../src/service/ledger/allocations.ts';
import { type LeasesAnswer, openLeases, postDebits } from '../../../src/service/ledger/leases.ts';
import { payerOf } from '../../../src/service/ledger/payer.ts';
import {
  accountsBetween,
  balanceIn,
  balancesBetween,
  entriesAfter,
} from '../../../src/store/ledger/balances.ts';
import type { Store, Tx, View } from '../../../src/store/port.ts';
import { insertParty } from '../../../src/store/registry/parties.ts';
import type { PartyTable } from '../../../src/store/registry/tables.ts';

export const TABLE: ChipTable = new Map([
  ['A100', { tpp: 4_992, peakE12PerSecond: 624 }],
  ['H100', { tpp: 15_824, peakE12PerSecond: 1_979 }],
]);

export const AT = new Date('2026-03-10T12:00:00Z');

export type TestLicence = {
  readonly id: string;
  readonly tenant: string;
  readonly conditions: LicenceConditions;
};

export function licence(terms: Partial<LicenceConditions> = {}, id = 'lic_1'): TestLicence {
  const conditions = licenceConditions.parse({
    validFrom: '2026-01-01T00:00:00Z',
    validUntil: '2030-01-01T00:00:00Z',
    parties: ['pty_user', 'pty_sister', 'pty_other'],
    facilities: ['fac_1'],
    devices: ['dev_1'],
    minimumLevel: 'G1',
    evidenceMaxAgeSeconds: 3600,
    rulePacks: 'none',
    referenceSets: 'any-approved',
    consignee: 'pty_user',
    endUser: 'pty_user',
    purpose: 'inference',
    ...terms,
  });
  return { id, tenant: 'exporter', conditions };
}

/** A party, cleared. */
export const party = (id: string, country: string, parent: string | null): PartyTable => ({
  id,
  tenant: 'exporter',
  legal_name: id,
  reference: null,
  country,
  headquarters: null,
  parent_id: null,
  ultimate_parent_id: parent,
  own_ultimate_parent: 0,
  ownership_source: null,
  ownership_dated: null,
  ownership_role: null,
  version: 1,
  standing: 'clear',
  standing_origin: null,
  list_version: null,
  screened_on: null,
  clear_until_ms: null,
  standing_reason: null,
  created_by: 'test',
  created_at_ms: 0,
  leaf_index: 0,
});

/** Two sisters under one parent, and a stranger. */
export async function registerParties(store: Store): Promise<void> {
  await store.write(async (tx) => {
    await tx.run(insertParty, party('pty_parent', 'US', null));
    await tx.run(insertParty, party('pty_user', 'DE', 'pty_parent'));
    await tx.run(insertParty, party('pty_sister', 'FR', 'pty_parent'));
    await tx.run(insertParty, party('pty_other', 'DE', null));
  });
}

export type HostAsking = {
  readonly hostId?: string;
  readonly devices?: readonly string[];
  /** Chips that they were proven to be, by device. */
  readonly chips?: Readonly<Record<string, string>>;
  readonly model?: string;
};

/** Asks for one host, eight H100 unless told otherwise, and draws where that is allowed. */
export async function use(
  tx: Tx,
  under: TestLicence,
  {
    host = {},
    seconds = 3600,
    until,
    at = AT,
  }: { host?: HostAsking; seconds?: number; until?: Date; at?: Date } = {},
): Promise<LeasesAnswer> {
  const { hostId = 'hst_1', model = 'H100', devices = eight(hostId), chips = {} } = host;
  const longest = new Date(at.getTime() + seconds * 1000);
  const books = await openLeases(tx, {
    licence: under,
    payer: await payerOf(tx, under.conditions),
    hosts: [{ hostId, devices: devices.map((id) => ({ id, chip: chips[id] ?? null, model })) }],
    longest,
    at,
    table: TABLE,
  });
  const answer = books.settle(until === undefined ? new Map() : new Map([[hostId, until]]));
  if (answer.debits !== null) await postDebits(tx, answer.debits, { decisionId: 'dec_1', by: 'prn_1' });
  return answer;
}

export function eight(hostId: string): string[] {
  return Array.from({ length: 8 }, (_, index) => `${hostId}-gpu-${index}`);
}

/** What eight H100 may compute in an hour. */
export const HOUR_OF_EIGHT = 8 * 1_979 * 3600;

/** What writing an act takes. */
export const actsAt = (at: Date) => ({
  clock: () => at,
  random: (length: number) => new Uint8Array(randomBytes(length)),
});

export async function ship(tx: Tx, under: TestLicence, model: string, quantity: number, at = AT) {
  const chips = [{ model, quantity }];
  const answer = await allocate(tx, { licence: under, chips, at, table: TABLE });
  const context = actsAt(at);
  const id =
    answer.allocation === null
      ? null
      : await postAllocation(context, tx, answer.allocation, { decisionId: 'dec_1', by: 'prn_1' });
  return { ...answer, id };
}

export const codesOf = ({ reasons }: { readonly reasons: readonly { readonly code: string }[] }): string[] =>
  reasons.map(({ code }) => code);

export async function taken(view: View, account: string, period = WHOLE): Promise<number> {
  const balance = await view.first(balanceIn, { account, period });
  return balance === undefined ? 0 : takenOf(balance);
}

/** Every balance is the sum of its entries, in all and by period, and no entry is missing. */
export async function expectBooksToAgree(store: Store): Promise<number> {
  return store.read(async (view) => {
    const wholes = await view.all(accountsBetween, { first: '', last: '~', limit: 10_000 });
    for (const { account, reserved, committed, entries: count } of wholes) {
      const entries = await view.all(entriesAfter, { account, after: 0, limit: 1_000_000 });
      expect(entries.map(({ number }) => number)).toEqual(entries.map((_, index) => index + 1));
      expect(balanceOf(entries)).toEqual({ reserved, committed, entries: count });
      const periods = await view.all(balancesBetween, { account, from: '0', to: '9999-99' });
      const byPeriod = Map.groupBy(entries, ({ period }) => period);
      byPeriod.delete(WHOLE);
      expect(periods.map(({ period }) => period)).toEqual([...byPeriod.keys()].sort());
      for (const { period, ...part } of periods) {
        const sum = (byPeriod.get(period) ?? []).reduce(enter, { reserved: 0, committed: 0, entries: 0 });
        expect(sum).toMatchObject(part);
      }
    }
    return wholes.length;
  });
}
