import type { Hole } from '../port.ts';
import { Slots } from '../slots.ts';
import { statement } from '../statement.ts';
import type { LedgerLeasedDeviceTable, LedgerLeaseTable } from './tables.ts';

type LeaseKey = { licenceId: string; hostId: string };

export const leaseOf = statement((db, hole: Hole<LeaseKey>) =>
  db
    .selectFrom('ledger_lease')
    .selectAll()
    .where('licence_id', '=', hole('licenceId'))
    .where('host_id', '=', hole('hostId')),
);

/** Hosts whose leases are read by one statement. */
export const LEASES_TOGETHER = new Slots<string>('host', 32);

/** {@link leaseOf} of several hosts, in no order. */
export const leasesOf = statement((db, hole: Hole<{ [slot: string]: string; licenceId: string }>) =>
  db
    .selectFrom('ledger_lease')
    .selectAll()
    .where('licence_id', '=', hole('licenceId'))
    .where('host_id', 'in', LEASES_TOGETHER.names.map(hole)),
);

/** Replaces what the row held, or makes it. */
export const putLease = statement((db, hole: Hole<LedgerLeaseTable>) =>
  db
    .insertInto('ledger_lease')
    .values({
      licence_id: hole('licence_id'),
      host_id: hole('host_id'),
      terms: hole('terms'),
      rate_e12: hole('rate_e12'),
      party_account: hole('party_account'),
      period: hole('period'),
      paid_from_ms: hole('paid_from_ms'),
      paid_until_ms: hole('paid_until_ms'),
      held_until_ms: hole('held_until_ms'),
      decision_id: hole('decision_id'),
    })
    .onConflict((conflict) =>
      conflict.columns(['licence_id', 'host_id']).doUpdateSet((row) => ({
        terms: row.ref('excluded.terms'),
        rate_e12: row.ref('excluded.rate_e12'),
        party_account: row.ref('excluded.party_account'),
        period: row.ref('excluded.period'),
        paid_from_ms: row.ref('excluded.paid_from_ms'),
        paid_until_ms: row.ref('excluded.paid_until_ms'),
        held_until_ms: row.ref('excluded.held_until_ms'),
        decision_id: row.ref('excluded.decision_id'),
      })),
    ),
);

/**
 * Devices that draw on a licence at an instant, and what they count as. Asked only where a lease begins or changes under a
 * licence with a cap, not when one is renewed.
 */
export const devicesInUse = statement((db, hole: Hole<{ licenceId: string; atMs: number }>) =>
  db
    .selectFrom('ledger_leased_device as leased')
    .innerJoin('ledger_lease as lease', (join) =>
      join.onRef('lease.licence_id', '=', 'leased.licence_id').onRef('lease.host_id', '=', 'leased.host_id'),
    )
    .select(['leased.device', 'leased.tpp', 'leased.model'])
    .where('leased.licence_id', '=', hole('licenceId'))
    .where((row) => row(row.fn.coalesce('leased.until_ms', 'lease.held_until_ms'), '>', hole('atMs'))),
);

/** The lease that a device draws on, or drew on last, and until when. */
export const holderOf = statement((db, hole: Hole<{ device: string }>) =>
  db
    .selectFrom('ledger_leased_device as leased')
    .innerJoin('ledger_lease as lease', (join) =>
      join.onRef('lease.licence_id', '=', 'leased.licence_id').onRef('lease.host_id', '=', 'leased.host_id'),
    )
    .select((row) => [
      'leased.licence_id',
      'leased.host_id',
      'leased.until_ms as left_ms',
      row.fn.coalesce('leased.until_ms', 'lease.held_until_ms').as('until_ms'),
    ])
    .where('leased.device', '=', hole('device')),
);

/** Ties a device to a lease, whatever it was tied to. */
export const putLeasedDevice = statement((db, hole: Hole<LedgerLeasedDeviceTable>) =>
  db
    .insertInto('ledger_leased_device')
    .values({
      device: hole('device'),
      licence_id: hole('licence_id'),
      host_id: hole('host_id'),
      until_ms: hole('until_ms'),
      tpp: hole('tpp'),
      model: hole('model'),
    })
    .onConflict((conflict) =>
      conflict.column('device').doUpdateSet((row) => ({
        licence_id: row.ref('excluded.licence_id'),
        host_id: row.ref('excluded.host_id'),
        until_ms: row.ref('excluded.until_ms'),
        tpp: row.ref('excluded.tpp'),
        model: row.ref('excluded.model'),
      })),
    ),
);

/** The lease's devices are left to themselves from an instant on: the next grant names its own. */
export const leaveDevices = statement((db, hole: Hole<LeaseKey & { untilMs: number }>) =>
  db
    .updateTable('ledger_leased_device')
    .set({ until_ms: hole('untilMs') })
    .where('licence_id', '=', hole('licenceId'))
    .where('host_id', '=', hole('hostId'))
    .where('until_ms', 'is', null),
);

/** A device of it is another's now: its renewal will be no renewal on the same terms. */
export const clearTerms = statement((db, hole: Hole<LeaseKey>) =>
  db
    .updateTable('ledger_lease')
    .set({ terms: '' })
    .where('licence_id', '=', hole('licenceId'))
    .where('host_id', '=', hole('hostId')),
);
