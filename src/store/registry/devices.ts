import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { DeviceTable } from './tables.ts';

export const insertDevice = statement((db, hole: Hole<DeviceTable>) =>
  db.insertInto('device').values({
    id: hole('id'),
    tenant: hole('tenant'),
    kind: hole('kind'),
    model: hole('model'),
    serial: hole('serial'),
    natural_key: hole('natural_key'),
    facility_id: hole('facility_id'),
    party_id: hole('party_id'),
    identity_type: hole('identity_type'),
    identity_sha256: hole('identity_sha256'),
    lifecycle: hole('lifecycle'),
    shipped_at_ms: hole('shipped_at_ms'),
    due_after_days: hole('due_after_days'),
    verified_at_ms: hole('verified_at_ms'),
    maintenance_from_ms: hole('maintenance_from_ms'),
    maintenance_until_ms: hole('maintenance_until_ms'),
    noted_state: hole('noted_state'),
    look_at_ms: hole('look_at_ms'),
    created_by: hole('created_by'),
    created_at_ms: hole('created_at_ms'),
    changed_at_ms: hole('changed_at_ms'),
    leaf_index: hole('leaf_index'),
  }),
);

type Changed = Omit<DeviceTable, 'tenant' | 'kind' | 'created_by' | 'created_at_ms'>;

export const changeDevice = statement((db, hole: Hole<Changed>) =>
  db
    .updateTable('device')
    .set({
      model: hole('model'),
      serial: hole('serial'),
      natural_key: hole('natural_key'),
      facility_id: hole('facility_id'),
      party_id: hole('party_id'),
      identity_type: hole('identity_type'),
      identity_sha256: hole('identity_sha256'),
      lifecycle: hole('lifecycle'),
      shipped_at_ms: hole('shipped_at_ms'),
      due_after_days: hole('due_after_days'),
      verified_at_ms: hole('verified_at_ms'),
      maintenance_from_ms: hole('maintenance_from_ms'),
      maintenance_until_ms: hole('maintenance_until_ms'),
      noted_state: hole('noted_state'),
      look_at_ms: hole('look_at_ms'),
      changed_at_ms: hole('changed_at_ms'),
      leaf_index: hole('leaf_index'),
    })
    .where('id', '=', hole('id')),
);

export const deviceById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('device').selectAll().where('id', '=', hole('id')),
);

export const deviceByNaturalKey = statement(
  (db, hole: Hole<{ tenant: string; kind: string; naturalKey: string }>) =>
    db
      .selectFrom('device')
      .selectAll()
      .where('tenant', '=', hole('tenant'))
      .where('kind', '=', hole('kind'))
      .where('natural_key', '=', hole('naturalKey')),
);

/**
 * A tenant's device with this identity: identities reserve nothing, so other tenants may declare it too. One that was transferred, and came back
 * as another row, only where that is all there is.
 */
export const deviceOfTenantByIdentity = statement((db, hole: Hole<{ tenant: string; sha256: string }>) =>
  db
    .selectFrom('device')
    .selectAll()
    .where('identity_sha256', '=', hole('sha256'))
    .where('tenant', '=', hole('tenant'))
    .orderBy((row) => row.case().when('lifecycle', '=', 'transferred').then(1).else(0).end())
    .orderBy('id')
    .limit(1),
);

/** Devices that are to be looked at again by then. */
export const devicesToLookAt = statement((db, hole: Hole<{ untilMs: number; limit: number }>) =>
  db
    .selectFrom('device')
    .select('id')
    .where('look_at_ms', '<=', hole('untilMs'))
    .orderBy('look_at_ms')
    .orderBy('id')
    .limit(hole('limit')),
);

/** What a look at a device found; no act of anybody. */
export const noteDevice = statement(
  (
    db,
    hole: Hole<Pick<DeviceTable, 'id' | 'verified_at_ms' | 'noted_state' | 'look_at_ms' | 'leaf_index'>>,
  ) =>
    db
      .updateTable('device')
      .set({
        verified_at_ms: hole('verified_at_ms'),
        noted_state: hole('noted_state'),
        look_at_ms: hole('look_at_ms'),
        leaf_index: hole('leaf_index'),
      })
      .where('id', '=', hole('id')),
);

/** What is to be used by a party, page by page. */
export const devicesOfPartyAfter = statement(
  (db, hole: Hole<{ partyId: string; after: string; limit: number }>) =>
    db
      .selectFrom('device')
      .selectAll()
      .where('party_id', '=', hole('partyId'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);
