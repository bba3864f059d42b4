import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { DeliveryTallyTable } from './entity-tables.ts';

export const tallyOfLicence = statement((db, hole: Hole<{ licenceId: string }>) =>
  db.selectFrom('delivery_tally').selectAll().where('licence_id', '=', hole('licenceId')),
);

export const putTally = statement((db, hole: Hole<DeliveryTallyTable>) => {
  const counted = {
    devices: hole('devices'),
    verified: hole('verified'),
    missing: hole('missing'),
    counted_at_ms: hole('counted_at_ms'),
    changes_at_ms: hole('changes_at_ms'),
  };
  return db
    .insertInto('delivery_tally')
    .values({ licence_id: hole('licence_id'), ...counted })
    .onConflict((conflict) => conflict.column('licence_id').doUpdateSet(counted));
});

/** Licences in force that were never counted, or not lately, or whose count a deadline has changed. */
export const licencesToTally = statement(
  (db, hole: Hole<{ countedBeforeMs: number; nowMs: number; limit: number }>) =>
    db
      .selectFrom('licence')
      .leftJoin('delivery_tally', 'delivery_tally.licence_id', 'licence.id')
      .select(['licence.id', 'licence.conditions'])
      .where('licence.status', '!=', 'revoked')
      .where((row) =>
        row.or([
          row('delivery_tally.counted_at_ms', 'is', null),
          row('delivery_tally.counted_at_ms', '<', hole('countedBeforeMs')),
          row('delivery_tally.changes_at_ms', '<=', hole('nowMs')),
        ]),
      )
      .limit(hole('limit')),
);
