import { StoreError } from '../errors.ts';
import { requireKnown } from '../migrations/applied.ts';
import { type CompiledMigration, compileMigration, type Migration } from '../migrations/migration.ts';
import type { Connection } from './connection.ts';
import { SQLITE } from './dialect.ts';

/** "SEXT", in the header of every database of Sextant's (https://www.sqlite.org/fileformat.html, 1.3.17). */
const APPLICATION_ID = 0x53455854;

const CREATE_LIST =
  'create table schemaMigration (position integer primary key not null, name text not null, digest text not null) strict';
const ADD_TO_LIST = 'insert into schemaMigration (position, name, digest) values (?, ?, ?)';
const READ_OBJECTS = 'select name from sqlite_schema limit 1';
const READ_LIST = 'select name, digest from schemaMigration order by position';

/**
 * Brings a database to this version's shape, each missing migration in a transaction of its own. `prepare` runs when it
 * is known that the file is Sextant's, and before anything is written.
 *
 * @throws StoreError `store_foreign`, `store_newer`, `migration_altered`
 */
export async function migrate(
  connection: Connection,
  migrations: readonly Migration[],
  prepare: () => void,
): Promise<void> {
  const compiled = await Promise.all(migrations.map((migration) => compileMigration(migration, SQLITE)));
  requireOurs(connection);
  prepare();
  // A table that others refer to can be made anew only so; what they refer to is checked before each commit instead.
  connection.execute('PRAGMA foreign_keys = OFF');
  let missing = true;
  while (missing) {
    // The lock is held from looking to writing: two processes may be opening the same new file.
    connection.command('BEGIN IMMEDIATE');
    try {
      missing = applyNext(connection, compiled);
      // One that lacks none was whole after its last, and has been held to its references since: not read through at each start.
      if (missing) requireWhole(connection);
      connection.command('COMMIT');
    } catch (error) {
      if (connection.inTransaction) connection.command('ROLLBACK');
      throw error;
    }
  }
  connection.execute('PRAGMA foreign_keys = ON');
}

/** Every reference leads to a row. */
function requireWhole(connection: Connection): void {
  const [dangling] = connection.rows('PRAGMA foreign_key_check');
  if (dangling === undefined) return;
  throw new StoreError('constraint_violated', 'a migration would leave references that lead nowhere', {
    path: String(dangling['table']),
  });
}

/** Refuses a database of another program: its tables must not be mixed with ours, not even by switching its journal. */
function requireOurs(connection: Connection): void {
  const id = connection.pragma('application_id');
  if (id === APPLICATION_ID) return;
  // Nobody's yet: new, or left by a start that was killed before it had made anything.
  if (id === 0 && connection.rows(READ_OBJECTS).length === 0) return;
  throw new StoreError('store_foreign', 'the file is a database of another program', {
    path: 'application_id',
    expected: String(APPLICATION_ID),
    actual: String(id),
  });
}

/** Answers whether a migration was missing. */
function applyNext(connection: Connection, migrations: readonly CompiledMigration[]): boolean {
  if (connection.pragma('application_id') === 0) {
    connection.execute(`PRAGMA application_id = ${APPLICATION_ID}`);
    connection.execute(CREATE_LIST);
  }
  const applied = connection
    .rows(READ_LIST)
    .map(({ name, digest }) => ({ name: String(name), digest: String(digest) }));
  requireKnown(migrations, applied);
  const next = migrations[applied.length];
  if (next === undefined) return false;
  for (const { sql, parameters } of next.statements) connection.execute(sql, parameters);
  connection.execute(ADD_TO_LIST, [applied.length, next.name, next.digest]);
  connection.execute(`PRAGMA user_version = ${applied.length + 1}`);
  return true;
}
