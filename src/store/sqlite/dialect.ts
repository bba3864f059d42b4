import { DummyDriver, Kysely, SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler, sql } from 'kysely';
import type { MigrationTarget } from '../migrations/migration.ts';
import type { Schema } from '../schema.ts';

/**
 * Tables are STRICT (https://www.sqlite.org/stricttables.html): a column holds its own type and no other, as it would
 * in PostgreSQL. SQLite otherwise stores a string in an integer column without a word.
 */
class StrictCompiler extends SqliteQueryCompiler {
  protected override visitCreateTable(node: Parameters<SqliteQueryCompiler['visitCreateTable']>[0]): void {
    super.visitCreateTable(node);
    this.append(' strict');
  }
}

/** SQLite's language. Nothing is run through it: the driver is a dummy. */
export const SQLITE: MigrationTarget = {
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new StrictCompiler(),
  },
  // `integer primary key` is the table's own key (rowid), without a second tree.
  types: { integer: sql`integer`, text: sql`text`, bytes: sql`blob`, relaxes: false },
};

/** Compiles statements for SQLite. */
export const sqliteCompiler = new Kysely<Schema>({ dialect: SQLITE.dialect });
