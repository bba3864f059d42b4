import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { FacilityOutageTable } from './tables.ts';

type Key = { facilityId: string; cause: string };

export const outageOf = statement((db, hole: Hole<Key>) =>
  db
    .selectFrom('facility_outage')
    .selectAll()
    .where('facility_id', '=', hole('facilityId'))
    .where('cause', '=', hole('cause')),
);

export const insertOutage = statement((db, hole: Hole<FacilityOutageTable>) =>
  db.insertInto('facility_outage').values({
    facility_id: hole('facility_id'),
    cause: hole('cause'),
    began_at_ms: hole('began_at_ms'),
    last_seen_ms: hole('last_seen_ms'),
  }),
);

export const seeOutageAgain = statement((db, hole: Hole<Key & { nowMs: number }>) =>
  db
    .updateTable('facility_outage')
    .set({ last_seen_ms: hole('nowMs') })
    .where('facility_id', '=', hole('facilityId'))
    .where('cause', '=', hole('cause')),
);

export const dropOutage = statement((db, hole: Hole<Key>) =>
  db
    .deleteFrom('facility_outage')
    .where('facility_id', '=', hole('facilityId'))
    .where('cause', '=', hole('cause')),
);

/** Hosts of a facility that have ever submitted evidence and are in use: how many, and how many of them lately. */
export const evidenceAtFacility = statement((db, hole: Hole<{ facilityId: string; afterMs: number }>) =>
  db
    .selectFrom('host')
    .innerJoin('host_state', 'host_state.host_id', 'host.id')
    .select((row) => [
      row.fn.countAll<number>().as('hosts'),
      row.fn
        .sum<number | null>(
          row.case().when('host_state.evidence_at_ms', '>', hole('afterMs')).then(1).else(0).end(),
        )
        .as('fresh'),
      row.fn
        .min<number | null>(
          row
            .case()
            .when('host_state.evidence_at_ms', '>', hole('afterMs'))
            .then(row.ref('host_state.evidence_at_ms'))
            .end(),
        )
        .as('oldest_fresh_ms'),
    ])
    .where('host.facility_id', '=', hole('facilityId'))
    .where('host.suspended_at_ms', 'is', null)
    .where('host_state.evidence_at_ms', 'is not', null),
);
