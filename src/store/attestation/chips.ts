import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { ProvenChipTable } from './tables.ts';

export const chipsOfHost = statement((db, hole: Hole<{ hostId: string }>) =>
  db.selectFrom('proven_chip').selectAll().where('host_id', '=', hole('hostId')).orderBy('chip_sha256'),
);

/** Their names alone. */
export const chipNamesOfHost = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .selectFrom('proven_chip')
    .select(['chip_sha256', 'kind'])
    .where('host_id', '=', hole('hostId'))
    .orderBy('chip_sha256'),
);

/** Whoever proved a chip last, and how that host stands. */
export const holderOfChip = statement((db, hole: Hole<{ chip: string }>) =>
  db
    .selectFrom('proven_chip')
    .innerJoin('host', 'host.id', 'proven_chip.host_id')
    .innerJoin('host_state', 'host_state.host_id', 'proven_chip.host_id')
    .select([
      'proven_chip.host_id',
      'host.tenant',
      'host.suspended_at_ms',
      'host_state.outcome',
      'host_state.evidence_at_ms',
    ])
    .where('proven_chip.chip_sha256', '=', hole('chip')),
);

export const putChip = statement((db, hole: Hole<ProvenChipTable>) => {
  const values = {
    host_id: hole('host_id'),
    kind: hole('kind'),
    outcome: hole('outcome'),
    evidence: hole('evidence'),
    anchors: hole('anchors'),
    valid_until_ms: hole('valid_until_ms'),
  };
  return db
    .insertInto('proven_chip')
    .values({ chip_sha256: hole('chip_sha256'), ...values })
    .onConflict((conflict) => conflict.column('chip_sha256').doUpdateSet(values));
});

export const dropChip = statement((db, hole: Hole<{ chip: string }>) =>
  db.deleteFrom('proven_chip').where('chip_sha256', '=', hole('chip')),
);

/** Every GPU and switch of the register that a host holds, at the facility at which it is enrolled. */
export const acceleratorsOfHost = statement((db, hole: Hole<{ hostId: string; facilityId: string }>) =>
  db
    .selectFrom('host_device')
    .innerJoin('device', 'device.id', 'host_device.device_id')
    .select([
      'device.id',
      'device.kind',
      'device.serial',
      'device.identity_sha256',
      'device.model',
      'host_device.link',
    ])
    .where('host_device.host_id', '=', hole('hostId'))
    .where('device.facility_id', '=', hole('facilityId'))
    .where('device.kind', 'in', ['gpu', 'switch'])
    .where('device.lifecycle', '=', 'in-service')
    .orderBy('device.id'),
);

/** Devices that are declared by a chip at a facility, with whoever holds them. */
export const declaredByChip = statement((db, hole: Hole<{ facilityId: string; chip: string }>) =>
  db
    .selectFrom('device')
    .leftJoin('host_device', 'host_device.device_id', 'device.id')
    .select([
      'device.id',
      'device.kind',
      'device.serial',
      'device.model',
      'host_device.host_id',
      'host_device.link',
    ])
    .where('device.identity_sha256', '=', hole('chip'))
    .where('device.facility_id', '=', hole('facilityId'))
    .where('device.kind', 'in', ['gpu', 'switch'])
    .where('device.lifecycle', '=', 'in-service')
    .orderBy('device.id'),
);
