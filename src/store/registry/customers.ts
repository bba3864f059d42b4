import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { KnowYourCustomerTable, PartyAccessTable } from './entity-tables.ts';

export const insertKnowYourCustomer = statement((db, hole: Hole<KnowYourCustomerTable>) =>
  db.insertInto('know_your_customer').values({
    id: hole('id'),
    party_id: hole('party_id'),
    reference: hole('reference'),
    dated: hole('dated'),
    reviewer: hole('reviewer'),
    recorded_by: hole('recorded_by'),
    recorded_at_ms: hole('recorded_at_ms'),
    leaf_index: hole('leaf_index'),
  }),
);

/** The newest first; of one day the one that was recorded last. */
export const knowYourCustomerOf = statement((db, hole: Hole<{ partyId: string; limit: number }>) =>
  db
    .selectFrom('know_your_customer')
    .selectAll()
    .where('party_id', '=', hole('partyId'))
    .orderBy('dated', 'desc')
    .orderBy('id', 'desc')
    .limit(hole('limit')),
);

export const insertAccess = statement((db, hole: Hole<PartyAccessTable>) =>
  db.insertInto('party_access').values({
    id: hole('id'),
    party_id: hole('party_id'),
    tenant: hole('tenant'),
    facility_id: hole('facility_id'),
    host_id: hole('host_id'),
    know_your_customer_id: hole('know_your_customer_id'),
    started_at_ms: hole('started_at_ms'),
    started_by: hole('started_by'),
    ended_at_ms: hole('ended_at_ms'),
    ended_by: hole('ended_by'),
    ended_reason: hole('ended_reason'),
    leaf_index: hole('leaf_index'),
  }),
);

export const accessById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('party_access').selectAll().where('id', '=', hole('id')),
);

export const accessesAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db
    .selectFrom('party_access')
    .selectAll()
    .where('id', '>', hole('after'))
    .orderBy('id')
    .limit(hole('limit')),
);

export const accessesOfTenantAfter = statement(
  (db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
    db
      .selectFrom('party_access')
      .selectAll()
      .where('tenant', '=', hole('tenant'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);

type Ended = Pick<PartyAccessTable, 'id' | 'ended_at_ms' | 'ended_by' | 'ended_reason' | 'leaf_index'>;

export const endAccess = statement((db, hole: Hole<Ended>) =>
  db
    .updateTable('party_access')
    .set({
      ended_at_ms: hole('ended_at_ms'),
      ended_by: hole('ended_by'),
      ended_reason: hole('ended_reason'),
      leaf_index: hole('leaf_index'),
    })
    .where('id', '=', hole('id')),
);
