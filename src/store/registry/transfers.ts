import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { DeviceTransferTable } from './entity-tables.ts';

export const insertTransfer = statement((db, hole: Hole<DeviceTransferTable>) =>
  db.insertInto('device_transfer').values({
    id: hole('id'),
    device_id: hole('device_id'),
    from_tenant: hole('from_tenant'),
    to_tenant: hole('to_tenant'),
    state: hole('state'),
    reason: hole('reason'),
    offered_by: hole('offered_by'),
    offered_at_ms: hole('offered_at_ms'),
    decided_by: hole('decided_by'),
    decided_at_ms: hole('decided_at_ms'),
    decided_reason: hole('decided_reason'),
    new_device_id: hole('new_device_id'),
    leaf_index: hole('leaf_index'),
  }),
);

export const transferById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('device_transfer').selectAll().where('id', '=', hole('id')),
);

export const openTransferOf = statement((db, hole: Hole<{ deviceId: string }>) =>
  db
    .selectFrom('device_transfer')
    .selectAll()
    .where('device_id', '=', hole('deviceId'))
    .where('state', '=', 'offered'),
);

type Decided = Pick<
  DeviceTransferTable,
  'id' | 'state' | 'decided_by' | 'decided_at_ms' | 'decided_reason' | 'new_device_id' | 'leaf_index'
>;

export const decideTransfer = statement((db, hole: Hole<Decided>) =>
  db
    .updateTable('device_transfer')
    .set({
      state: hole('state'),
      decided_by: hole('decided_by'),
      decided_at_ms: hole('decided_at_ms'),
      decided_reason: hole('decided_reason'),
      new_device_id: hole('new_device_id'),
      leaf_index: hole('leaf_index'),
    })
    .where('id', '=', hole('id')),
);

export const transfersAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db
    .selectFrom('device_transfer')
    .selectAll()
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

/** Those that a tenant offered or was offered. */
export const transfersOfTenantAfter = statement(
  (db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
    db
      .selectFrom('device_transfer')
      .selectAll()
      .where((row) =>
        row.or([row('from_tenant', '=', hole('tenant')), row('to_tenant', '=', hole('tenant'))]),
      )
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);
