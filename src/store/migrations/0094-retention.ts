import { type ColumnDefinitionBuilder, sql } from 'kysely';
import type { Migration } from './migration.ts';

const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** What ends by rule, and what nothing may end: see store/retention/tables.ts for what the columns mean. */
export const retention: Migration = {
  name: '0094-retention',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('legal_hold')
      .addColumn('id', text, key)
      .addColumn('subject', text, required)
      .addColumn('reason', text, required)
      .addColumn('placed_by', text, required)
      .addColumn('placed_at_ms', integer, required)
      .addColumn('lifted_by', text)
      .addColumn('lifted_at_ms', integer)
      .addColumn('lifted_reason', text)
      .addColumn('leaf_index', integer, required)
      .execute();
    await db.schema
      .createTable('deletion')
      .addColumn('leaf_index', integer, key)
      .addColumn('class', text, required)
      .addColumn('at_ms', integer, required)
      .addColumn('until_ms', integer, required)
      .addColumn('count', integer, required)
      .addColumn('items', text, required)
      .execute();
    await db.schema
      .createTable('deleted_leaf')
      .addColumn('leaf_index', integer, key)
      .addColumn('deletion', integer, (column) => column.notNull().references('deletion.leaf_index'))
      .execute();
    // A place among the statuses is one grant's for ever.
    await db.schema
      .createTable('spent_place')
      .addColumn('list', integer, required)
      .addColumn('position', integer, required)
      .addPrimaryKeyConstraint('spent_place_key', ['list', 'position'])
      .execute();
    // Nobody noted until now what was used when: until shown otherwise it was used by the newest appraisal.
    await db.schema
      .alterTable('document')
      .addColumn('last_used_ms', integer, (column) => column.notNull().defaultTo(0))
      .execute();
    await db
      .updateTable('document')
      .set({ last_used_ms: sql<number>`(select coalesce(max(at_ms), 0) from appraisal)` })
      .execute();
    await db.schema
      .createIndex('document_last_used')
      .on('document')
      .columns(['last_used_ms', 'digest'])
      .execute();
    await db.schema.createIndex('appraisal_age').on('appraisal').columns(['at_ms', 'session_id']).execute();
    await db.schema.createIndex('appraisal_evidence').on('appraisal').column('evidence_digest').execute();
    await db.schema.createIndex('decision_age').on('decision').columns(['at_ms', 'id']).execute();
    await db.schema
      .createIndex('licence_grant_age')
      .on('licence_grant')
      .columns(['expires_at_ms', 'id'])
      .execute();
    await db.schema
      .createIndex('session_unanswered')
      .on('session')
      .columns(['expires_at_ms', 'id'])
      .where(sql.ref('submitted_at_ms'), 'is', null)
      .execute();
    await db.schema.createIndex('latch_session').on('latch').column('session_id').execute();
    await db.schema
      .createIndex('ledger_allocation_decision')
      .on('ledger_allocation')
      .column('decision_id')
      .execute();
  },
};
