import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/*
 * What people see first: each reads few rows, or one narrow index. `tenant` is '' for everybody's.
 */

type Whose = { tenant: string };

export const licencesByStatus = statement((db, hole: Hole<Whose>) =>
  db
    .selectFrom('licence')
    .select((row) => ['status', row.fn.countAll<number>().as('count')])
    .where((row) => row.or([row(hole('tenant'), '=', ''), row('tenant', '=', hole('tenant'))]))
    .groupBy('status'),
);

export const licencesEnding = statement((db, hole: Hole<Whose & { limit: number }>) =>
  db
    .selectFrom('licence_standing')
    .innerJoin('licence', 'licence.id', 'licence_standing.licence_id')
    .select(['licence.id', 'licence_standing.suspends_at_ms as at_ms'])
    .where('licence.status', '=', 'active')
    .where('licence_standing.suspends_at_ms', 'is not', null)
    .where((row) => row.or([row(hole('tenant'), '=', ''), row('licence.tenant', '=', hole('tenant'))]))
    .orderBy('licence_standing.suspends_at_ms')
    .limit(hole('limit')),
);

export const facilitiesEnding = statement((db, hole: Hole<Whose & { nowMs: number; limit: number }>) =>
  db
    .selectFrom('facility')
    .select(['id', 'name', 'authorised_until_ms as at_ms'])
    .where('state', '=', 'authorised')
    .where('authorised_until_ms', '>', hole('nowMs'))
    .where((row) =>
      row.or([
        row(hole('tenant'), '=', ''),
        row('tenant', '=', hole('tenant')),
        row('operator_tenant', '=', hole('tenant')),
      ]),
    )
    .orderBy('authorised_until_ms')
    .limit(hole('limit')),
);

export const incidentsByState = statement((db, hole: Hole<Whose & { nowMs: number }>) =>
  db
    .selectFrom('incident')
    .select((row) => [
      'state',
      row.fn.countAll<number>().as('count'),
      row.fn.count<number>(row.case().when('due_at_ms', '<', hole('nowMs')).then(1).end()).as('past_due'),
    ])
    .where('state', '!=', 'closed')
    .where((row) => row.or([row(hole('tenant'), '=', ''), row('tenant', '=', hole('tenant'))]))
    .groupBy('state'),
);

export const incidentsDue = statement((db, hole: Hole<Whose & { limit: number }>) =>
  db
    .selectFrom('incident')
    .select(['id', 'kind', 'due_at_ms'])
    .where('state', '=', 'open')
    .where((row) => row.or([row(hole('tenant'), '=', ''), row('tenant', '=', hole('tenant'))]))
    .orderBy('due_at_ms')
    .limit(hole('limit')),
);

export const openHoldsOf = statement((db, hole: Hole<Whose>) =>
  db
    .selectFrom('latch')
    .select((row) => row.fn.countAll<number>().as('count'))
    .where('cleared_at_ms', 'is', null)
    .where((row) => row.or([row(hole('tenant'), '=', ''), row('tenant', '=', hole('tenant'))])),
);
