import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { FacilityPeriodTable } from './entity-tables.ts';
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
    authorised_from_ms: hole('authorised_from_ms'),
    authorised_until_ms: hole('authorised_until_ms'),
    tier: hole('tier'),
    government_agreement: hole('government_agreement'),
    period_count: hole('period_count'),
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
  | 'authorised_from_ms'
  | 'authorised_until_ms'
  | 'tier'
  | 'government_agreement'
  | 'period_count'
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
      authorised_from_ms: hole('authorised_from_ms'),
      authorised_until_ms: hole('authorised_until_ms'),
      tier: hole('tier'),
      government_agreement: hole('government_agreement'),
      period_count: hole('period_count'),
      decided_by: hole('decided_by'),
      decided_at_ms: hole('decided_at_ms'),
      decided_reason: hole('decided_reason'),
      leaf_index: hole('leaf_index'),
    })
    .where('id', '=', hole('id')),
);

export const insertPeriod = statement((db, hole: Hole<FacilityPeriodTable>) =>
  db.insertInto('facility_period').values({
    id: hole('id'),
    facility_id: hole('facility_id'),
    from_ms: hole('from_ms'),
    until_ms: hole('until_ms'),
    tier: hole('tier'),
    government_agreement: hole('government_agreement'),
    decided_by: hole('decided_by'),
    decided_at_ms: hole('decided_at_ms'),
    reason: hole('reason'),
    withdrawn_at_ms: hole('withdrawn_at_ms'),
    leaf_index: hole('leaf_index'),
  }),
);

/** Ends them all: none is ever deleted. */
export const withdrawPeriods = statement((db, hole: Hole<{ facilityId: string; atMs: number }>) =>
  db
    .updateTable('facility_period')
    .set({ withdrawn_at_ms: hole('atMs') })
    .where('facility_id', '=', hole('facilityId'))
    .where('withdrawn_at_ms', 'is', null),
);

export const periodsOfFacility = statement((db, hole: Hole<{ facilityId: string }>) =>
  db
    .selectFrom('facility_period')
    .selectAll()
    .where('facility_id', '=', hole('facilityId'))
    .orderBy('from_ms')
    .orderBy('id'),
);
