import { standingAt } from '../../policy/register/device-state.ts';
import { type Delivered, type Shares, sharesOf, type Tally, tally } from '../../policy/register/shares.ts';
import type { View } from '../../store/port.ts';
import { licencesToTally, putTally, tallyOfLicence } from '../../store/registry/deliveries.ts';
import { deviceById, devicesOfPartyAfter } from '../../store/registry/devices.ts';
import type { DeviceTable } from '../../store/registry/tables.ts';
import type { Context } from '../context.ts';
import { conditionsOf } from '../licence/conditions.ts';
import { NewestRecords } from './newest-records.ts';

/** How many devices were delivered, verified and lost, and the shares that rule packs read. */
export type Deliveries = Tally & Shares;

/**
 * How old a count may be, whatever becomes of the devices: a deadline of one of them ends it at once, so that it is never too good.
 */
const COUNTED_FOR_MS = 5 * 60_000;
const PAGE = 500;
const LICENCES_AT_ONCE = 20;

/** Of what a party is to use: earlier deliveries to a consignee. Reads each of its devices. */
export async function deliveriesToParty(
  context: Context,
  view: View,
  partyId: string,
  at: Date,
): Promise<Deliveries> {
  const counter = new Counter(context, view, at);
  for (let after = ''; ; ) {
    const rows = await view.all(devicesOfPartyAfter, { partyId, after, limit: PAGE });
    for (const row of rows) await counter.add(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < PAGE) break;
    after = last.id;
  }
  return counter.done();
}

type CountedLicence = { readonly id: string; readonly devices: readonly string[] };

/** Of what a licence names. One read where it was counted lately; else each of its devices is read. */
export async function deliveriesUnderLicence(
  context: Context,
  view: View,
  licence: CountedLicence,
  at: Date,
): Promise<Deliveries> {
  const known = await view.first(tallyOfLicence, { licenceId: licence.id });
  const atMs = at.getTime();
  if (known !== undefined && atMs >= known.counted_at_ms) {
    const endsMs = Math.min(
      known.counted_at_ms + COUNTED_FOR_MS,
      known.changes_at_ms ?? Number.POSITIVE_INFINITY,
    );
    const { devices, verified, missing } = known;
    if (atMs < endsMs) return withShares({ devices, verified, missing });
  }
  return (await countLicence(context, view, licence, at)).done();
}

async function countLicence(
  context: Context,
  view: View,
  { devices }: CountedLicence,
  at: Date,
): Promise<Counter> {
  const counter = new Counter(context, view, at);
  for (const id of new Set(devices)) {
    const row = await view.first(deviceById, { id });
    if (row !== undefined) await counter.add(row);
  }
  return counter;
}

/** Counts a few licences whose counts are old. @returns whether there may be more */
export async function tallyLicences(context: Context, at: Date): Promise<boolean> {
  const [atMs, limit] = [at.getTime(), LICENCES_AT_ONCE];
  const range = { countedBeforeMs: atMs - COUNTED_FOR_MS / 2, nowMs: atMs, limit };
  const rows = await context.store.read((view) => view.all(licencesToTally, range));
  for (const { id, conditions } of rows) {
    const licence = { id, devices: conditionsOf(conditions).conditions.devices };
    await context.store.write(async (tx) => {
      const counter = await countLicence(context, tx, licence, at);
      const { devices, verified, missing } = counter.done();
      const counted = { devices, verified, missing, counted_at_ms: atMs };
      await tx.run(putTally, { licence_id: id, ...counted, changes_at_ms: counter.changesAtMs });
    });
  }
  return rows.length === limit;
}

/** Counts devices, with the evidence of those that were not noted as verified. */
class Counter {
  /** The next deadline of any of them. */
  changesAtMs: number | null = null;
  readonly #delivered: Delivered[] = [];
  readonly #records: NewestRecords;
  readonly #at: Date;

  constructor(context: Context, view: View, at: Date) {
    this.#records = new NewestRecords(context, view, at);
    this.#at = at;
  }

  async add(row: DeviceTable): Promise<void> {
    const record = await this.#records.of(row);
    this.#delivered.push({ record, declaredAt: new Date(row.created_at_ms) });
    for (const end of endsOf(row, record, this.#at)) {
      this.changesAtMs = Math.min(this.changesAtMs ?? end, end);
    }
  }

  done(): Deliveries {
    return withShares(tally(this.#delivered, this.#at));
  }
}

const DAY_MS = 86_400_000;

/** When a device counts as something else next, if nobody does or proves anything. */
function endsOf(row: DeviceTable, record: Delivered['record'], at: Date): number[] {
  const { dueAt, missingAt } = standingAt(record, at);
  const ends = [dueAt?.getTime(), missingAt?.getTime(), row.created_at_ms + row.due_after_days * DAY_MS];
  return ends.flatMap((end) => (end !== undefined && end > at.getTime() ? [end] : []));
}

function withShares(counted: Tally): Deliveries {
  return { ...counted, ...sharesOf(counted) };
}
