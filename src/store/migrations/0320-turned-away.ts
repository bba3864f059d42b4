import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from './migration.ts';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** What hosts asked for grants under, and nothing was decided of: see store/grants/tables.ts. */
export const turnedAway: Migration = {
  name: '0320-turned-away',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('turned_away')
      .addColumn('host_id', text, required)
      .addColumn('licence_id', text, required)
      .addColumn('at_ms', integer, required)
      .addPrimaryKeyConstraint('turned_away_key', ['host_id', 'licence_id'])
      .execute();
  },
};
