import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from './migration.ts';

const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey().notNull();
const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Challenges of devices that were drawn at random: see store/challenges/tables.ts for what the columns mean. */
export const challenges: Migration = {
  name: '0095-challenges',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('challenge_order')
      .addColumn('id', text, key)
      .addColumn('of_kind', text, required)
      .addColumn('of_id', text, required)
      .addColumn('wanted', integer, required)
      .addColumn('answer_within_ms', integer, required)
      .addColumn('commitment', text, required)
      .addColumn('population', integer, required)
      .addColumn('population_sha256', text, required)
      .addColumn('reason', text, required)
      .addColumn('ordered_by', text, required)
      .addColumn('ordered_at_ms', integer, required)
      .addColumn('leaf_index', integer, required)
      .addColumn('state', text, required)
      .addColumn('secret', text)
      .addColumn('seed', text)
      .addColumn('drawn_leaf', integer)
      .addColumn('drawn_at_ms', integer)
      .addColumn('deadline_ms', integer)
      .addColumn('ended_at_ms', integer)
      .execute();
    await db.schema
      .createTable('challenge')
      .addColumn('order_id', text, (column) => column.notNull().references('challenge_order.id'))
      .addColumn('device_id', text, required)
      .addColumn('position', integer, required)
      .addColumn('host_id', text)
      .addColumn('session_id', text)
      .addColumn('outcome', text, required)
      .addColumn('settled_at_ms', integer)
      .addPrimaryKeyConstraint('challenge_key', ['order_id', 'device_id'])
      .execute();
    for (const column of ['session_id', 'device_id'] as const)
      await db.schema.createIndex(`challenge_${column}`).on('challenge').columns([column]).execute();
    await db.schema.createIndex('device_facility').on('device').columns(['facility_id', 'id']).execute();
    await db.schema.alterTable('host_state').addColumn('challenge_session_id', text).execute();
  },
};
