import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Hosts that stand at a facility: looked for only where its authorisation falls. */
export const hostsAtFacility = statement((db, hole: Hole<{ facilityId: string }>) =>
  db.selectFrom('host').select('id').where('facility_id', '=', hole('facilityId')),
);

/** Licences that name a party or a rule pack: few, and looked for only where a person ruled on it. */
export const licencesNaming = statement((db, hole: Hole<{ quoted: string }>) =>
  db
    .selectFrom('licence')
    .select('id')
    .where('status', '!=', 'revoked')
    .where('conditions', 'like', hole('quoted')),
);

/** Devices of the register whose key this is; the name of a chip is how its digest begins. */
export const devicesOfChip = statement((db, hole: Hole<{ from: string; to: string }>) =>
  db
    .selectFrom('device')
    .select('id')
    .where('identity_sha256', '>=', hole('from'))
    .where('identity_sha256', '<', hole('to')),
);

/** Devices whose serial number a manufacturer gives to such a chip. */
export const devicesNamedByManufacturer = statement((db, hole: Hole<{ from: string; to: string }>) =>
  db
    .selectFrom('device_link')
    .innerJoin('device', (join) =>
      join.onRef('device.serial', '=', 'device_link.serial').onRef('device.kind', '=', 'device_link.kind'),
    )
    .select('device.id')
    .where('device_link.identity_sha256', '>=', hole('from'))
    .where('device_link.identity_sha256', '<', hole('to')),
);
