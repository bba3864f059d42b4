import type { ColumnDefinitionBuilder } from 'kysely';
import type { Migration } from './migration.ts';

const required = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Why a host was refused a grant last: see store/grants/tables.ts. */
export const grantDenials: Migration = {
  name: '0302-grant-denials',
  async up(db, { integer, text }) {
    await db.schema
      .createTable('grant_denial')
      .addColumn('host_id', text, required)
      .addColumn('licence_id', text, required)
      .addColumn('at_ms', integer, required)
      .addColumn('decision_id', text, required)
      .addColumn('reasons', text, required)
      .addPrimaryKeyConstraint('grant_denial_key', ['host_id', 'licence_id'])
      .execute();
    await db.schema
      .createIndex('grant_denial_decision')
      .on('grant_denial')
      .columns(['decision_id'])
      .execute();
  },
};
