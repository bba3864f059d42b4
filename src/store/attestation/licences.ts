import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { LicenceTable } from './tables.ts';

export const insertLicence = statement((db, hole: Hole<LicenceTable>) =>
  db.insertInto('licence').values({
    id: hole('id'),
    tenant: hole('tenant'),
    conditions: hole('conditions'),
    status: hole('status'),
    created_by: hole('created_by'),
    created_at_ms: hole('created_at_ms'),
    version: hole('version'),
    leaf_index: hole('leaf_index'),
  }),
);

export const licenceById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('licence').selectAll().where('id', '=', hole('id')),
);

export const setLicenceStatus = statement(
  (db, hole: Hole<{ id: string; status: LicenceTable['status']; leafIndex: number }>) =>
    db
      .updateTable('licence')
      .set((row) => ({
        status: hole('status'),
        leaf_index: hole('leafIndex'),
        version: row('version', '+', 1),
      }))
      .where('id', '=', hole('id')),
);

/** Licences that want places told to auditors alone: few, and looked for only where a place is. */
export const sealingLicences = statement((db) =>
  db
    .selectFrom('licence')
    .select('conditions')
    .where('status', '!=', 'revoked')
    .where('conditions', 'like', '%"placeDisclosure":"area-only"%'),
);
