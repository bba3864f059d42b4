import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { FacilityTable } from './tables.ts';

export const insertFacility = statement((db, hole: Hole<FacilityTable>) =>
  db.insertInto('facility').values({
    id: hole('id'),
    tenant: hole('tenant'),
    operator_tenant: hole('operator_tenant'),
    name: hole('name'),
    country: hole('country'),
    area: hole('area'),
    authorised_area: hole('authorised_area'),
    disclosure: hole('disclosure'),
    digest: hole('digest'),
    state: hole('state'),
    authorised_until_ms: hole('authorised_until_ms'),
    proposed_by: hole('proposed_by'),
    proposed_at_ms: hole('proposed_at_ms'),
    decided_by: hole('decided_by'),
    decided_at_ms: hole('decided_at_ms'),
    decided_reason: hole('decided_reason'),
    leaf_index: hole('leaf_index'),
  }),
);

export const facilityById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('facility').selectAll().where('id', '=', hole('id')),
);

export const facilitiesAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db.selectFrom('facility').selectAll().where('id', '>', hole('after')).orderBy('id').limit(hole('limit')),
);

type TenantPage = { tenant: string; after: string; limit: number };

export const facilitiesProposedByAfter = statement((db, hole: Hole<TenantPage>) =>
  db
    .selectFrom('facility')
    .selectAll()
    .where('tenant', '=', hole('tenant'))
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const facilitiesOperatedByAfter = statement((db, hole: Hole<TenantPage>) =>
  db
    .selectFrom('facility')
    .selectAll()
    .where('operator_tenant', '=', hole('tenant'))
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

type Decided = Pick<
  FacilityTable,
  | 'id'
  | 'authorised_area'
  | 'disclosure'
  | 'state'
  | 'authorised_until_ms'
  | 'decided_by'
  | 'decided_at_ms'
  | 'decided_reason'
  | 'leaf_index'
>;

export const decideFacilityRow = statement((db, hole: Hole<Decided>) =>
  db
    .updateTable('facility')
    .set({
      authorised_area: hole('authorised_area'),
      disclosure: hole('disclosure'),
      state: hole('state'),
      authorised_until_ms: hole('authorised_until_ms'),
      decided_by: hole('decided_by'),
      decided_at_ms: hole('decided_at_ms'),
      decided_reason: hole('decided_reason'),
      leaf_index: hole('leaf_index'),
    })
    .where('id', '=', hole('id')),
);
