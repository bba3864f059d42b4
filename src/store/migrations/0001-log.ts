import { hash } from 'node:crypto';
import type { Migration } from './migration.ts';

/** The transparency log, empty. */
export const log: Migration = {
  name: '0001-log',
  async up(db, { integer, text, bytes }) {
    await db.schema
      .createTable('log_leaf')
      .addColumn('leaf_index', integer, (column) => column.primaryKey().notNull())
      .addColumn('type', text, (column) => column.notNull())
      .addColumn('at_ms', integer, (column) => column.notNull())
      .addColumn('tenant', text, (column) => column.notNull())
      .addColumn('body', text, (column) => column.notNull())
      .addColumn('salt', bytes, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('log_node')
      .addColumn('position', integer, (column) => column.primaryKey().notNull())
      .addColumn('hash', bytes, (column) => column.notNull())
      .execute();
    await db.schema
      .createTable('log_head')
      .addColumn('id', integer, (column) => column.primaryKey().notNull())
      .addColumn('size', integer, (column) => column.notNull())
      .addColumn('root', bytes, (column) => column.notNull())
      .addColumn('high_water_ms', integer, (column) => column.notNull())
      .execute();
    // The root of an empty tree is the hash of nothing (RFC 9162, 2.1.1).
    const root = hash('sha256', new Uint8Array(), 'buffer');
    await db.insertInto('log_head').values({ id: 1, size: 0, root, high_water_ms: 0 }).execute();
  },
};
