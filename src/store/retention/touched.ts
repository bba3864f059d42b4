import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** What a licence names, as `<kind>:<id>`. */
export const subjectsOfLicence = statement((db, hole: Hole<{ licenceId: string }>) =>
  db.selectFrom('licence_subject').select('subject').where('licence_id', '=', hole('licenceId')),
);

/** Licences that name a subject. */
export const licencesOfSubject = statement((db, hole: Hole<{ subject: string }>) =>
  db.selectFrom('licence_subject').select('licence_id').where('subject', '=', hole('subject')),
);

export const hostsOfLicence = statement((db, hole: Hole<{ licenceId: string }>) =>
  db.selectFrom('host_grant').select('host_id').where('licence_id', '=', hole('licenceId')),
);

export const licencesOfHost = statement((db, hole: Hole<{ hostId: string }>) =>
  db.selectFrom('host_grant').select('licence_id').where('host_id', '=', hole('hostId')),
);

export const hostsOfFacility = statement((db, hole: Hole<{ facilityId: string }>) =>
  db.selectFrom('host').select('id').where('facility_id', '=', hole('facilityId')),
);

/** Hosts that hold a device, were granted it, or are it. */
export const hostsWithDevice = statement((db, hole: Hole<{ deviceId: string }>) =>
  db
    .selectFrom('host_device')
    .select('host_id')
    .where('device_id', '=', hole('deviceId'))
    .union(db.selectFrom('granted_device').select('host_id').where('device_id', '=', hole('deviceId')))
    .union(
      db
        .selectFrom('device')
        .innerJoin('host', 'host.identity_sha256', 'device.identity_sha256')
        .select('host.id as host_id')
        .where('device.id', '=', hole('deviceId')),
    )
    .union(
      db
        .selectFrom('device')
        .innerJoin('proven_chip', 'proven_chip.chip_sha256', 'device.identity_sha256')
        .select('proven_chip.host_id')
        .where('device.id', '=', hole('deviceId')),
    ),
);

export const devicesOfHost = statement((db, hole: Hole<{ hostId: string }>) =>
  db
    .selectFrom('host_device')
    .select('device_id')
    .where('host_id', '=', hole('hostId'))
    .union(db.selectFrom('host').select('host.device_id').where('id', '=', hole('hostId'))),
);

export const devicesOfParty = statement((db, hole: Hole<{ partyId: string }>) =>
  db.selectFrom('device').select('id').where('party_id', '=', hole('partyId')),
);
