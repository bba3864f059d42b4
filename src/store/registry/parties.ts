import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { PartyTable } from './tables.ts';

export const insertParty = statement((db, hole: Hole<PartyTable>) =>
  db.insertInto('party').values({
    id: hole('id'),
    tenant: hole('tenant'),
    legal_name: hole('legal_name'),
    country: hole('country'),
    ultimate_parent_id: hole('ultimate_parent_id'),
    standing: hole('standing'),
    clear_until_ms: hole('clear_until_ms'),
    standing_reason: hole('standing_reason'),
    created_by: hole('created_by'),
    created_at_ms: hole('created_at_ms'),
    leaf_index: hole('leaf_index'),
  }),
);

export const partyById = statement((db, hole: Hole<{ id: string }>) =>
  db.selectFrom('party').selectAll().where('id', '=', hole('id')),
);

export const partiesAfter = statement((db, hole: Hole<{ after: string; limit: number }>) =>
  db.selectFrom('party').selectAll().where('id', '>', hole('after')).orderBy('id').limit(hole('limit')),
);

export const partiesOfTenantAfter = statement(
  (db, hole: Hole<{ tenant: string; after: string; limit: number }>) =>
    db
      .selectFrom('party')
      .selectAll()
      .where('tenant', '=', hole('tenant'))
      .where('id', '>', hole('after'))
      .orderBy('id')
      .limit(hole('limit')),
);

type Standing = Pick<PartyTable, 'id' | 'standing' | 'clear_until_ms' | 'standing_reason' | 'leaf_index'>;

export const screenParty = statement((db, hole: Hole<Standing>) =>
  db
    .updateTable('party')
    .set({
      standing: hole('standing'),
      clear_until_ms: hole('clear_until_ms'),
      standing_reason: hole('standing_reason'),
      leaf_index: hole('leaf_index'),
    })
    .where('id', '=', hole('id')),
);
