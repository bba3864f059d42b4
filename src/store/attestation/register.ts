import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { HostDeviceTable } from './tables.ts';

/** What enrolment and the gate read of the register. */
export const facilityStanding = statement((db, hole: Hole<{ id: string }>) =>
  db
    .selectFrom('facility')
    .select([
      'id',
      'name',
      'tenant',
      'operator_tenant',
      'country',
      'state',
      'authorised_from_ms',
      'authorised_until_ms',
      'tier',
      'government_agreement',
      'period_count',
    ])
    .where('id', '=', hole('id')),
);

/**
 * The declared TPMs whose endorsement key this is, or guests whose host key, at this facility. The link is never stored: it holds as long as the
 * register and the enrolled key say the same, and a declaration that comes after the enrolment counts too.
 */
export const declaredSelves = statement(
  (db, hole: Hole<{ facilityId: string; kind: string; identity: string }>) =>
    db
      .selectFrom('device')
      .select(['id', 'kind', 'serial'])
      .where('identity_sha256', '=', hole('identity'))
      .where('facility_id', '=', hole('facilityId'))
      .where('kind', '=', hole('kind'))
      .where('lifecycle', '=', 'in-service')
      .orderBy('id'),
);

/** Devices that bear a serial number, at this facility. */
export const declaredBySerial = statement(
  (db, hole: Hole<{ facilityId: string; kind: string; serial: string }>) =>
    db
      .selectFrom('device')
      .select(['id', 'identity_sha256', 'model'])
      .where('facility_id', '=', hole('facilityId'))
      .where('kind', '=', hole('kind'))
      .where('serial', '=', hole('serial'))
      .where('lifecycle', '=', 'in-service')
      .orderBy('id'),
);

export const hostOfDevice = statement((db, hole: Hole<{ deviceId: string }>) =>
  db.selectFrom('host_device').selectAll().where('device_id', '=', hole('deviceId')),
);

/** Devices that the operator says a host holds, or that it has shown by their declared chips. */
export const claimsOfHost = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .selectFrom('host_device')
    .innerJoin('device', 'device.id', 'host_device.device_id')
    .select([
      'device.id',
      'device.kind',
      'device.serial',
      'device.identity_sha256',
      'device.facility_id',
      'host_device.link',
    ])
    .where('host_device.host_id', '=', hole('hostId'))
    .orderBy('device.id'),
);

export const linkDevice = statement(
  (db, hole: Hole<{ deviceId: string; hostId: string; link: HostDeviceTable['link']; sinceMs: number }>) =>
    db
      .insertInto('host_device')
      .values({
        device_id: hole('deviceId'),
        host_id: hole('hostId'),
        link: hole('link'),
        since_ms: hole('sinceMs'),
      })
      .onConflict((conflict) =>
        conflict.column('device_id').doUpdateSet({
          host_id: hole('hostId'),
          link: hole('link'),
          since_ms: hole('sinceMs'),
        }),
      ),
);

export const unlinkDevice = statement((db, hole: Hole<{ deviceId: string }>) =>
  db.deleteFrom('host_device').where('device_id', '=', hole('deviceId')),
);
