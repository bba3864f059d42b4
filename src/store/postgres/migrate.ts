import { StoreError } from '../errors.ts';
import { type AppliedMigration, requireKnown } from '../migrations/applied.ts';
import { type CompiledMigration, compileMigration, type Migration } from '../migrations/migration.ts';
import type { Connection } from './connection.ts';
import { POSTGRES } from './dialect.ts';

/** "SEXT": several processes may be opening the same new database. */
const LOCK = 'select pg_advisory_xact_lock(1397053524)';
/** A migration of a large table takes as long as it takes; whoever finds another at it waits. */
const BEGIN =
  "begin isolation level read committed read write; set local statement_timeout = 0; set local lock_timeout = '60s'";
const IS_OURS = `select to_regclass('schema_migration') is not null as ours`;
/** Whatever anybody made in the schema that our tables go to, what extensions bring aside. */
const READ_OBJECTS = `
  select relname from pg_class
  where relnamespace = current_schema()::regnamespace
    and not exists (select 1 from pg_depend where objid = pg_class.oid and deptype = 'e')
  limit 1`;
const CREATE_LIST =
  'create table schema_migration (position bigint primary key not null, name text not null, digest text not null)';
const READ_LIST = 'select name, digest from schema_migration order by position';
const ADD_TO_LIST = 'insert into schema_migration (position, name, digest) values ($1, $2, $3)';

/**
 * Brings a database to this version's shape, each missing migration in a transaction of its own.
 *
 * @throws StoreError `store_foreign`, `store_newer`, `migration_altered`
 */
export async function migrate(connection: Connection, migrations: readonly Migration[]): Promise<void> {
  const compiled = await Promise.all(migrations.map((migration) => compileMigration(migration, POSTGRES)));
  let missing = true;
  while (missing) {
    await connection.command(BEGIN);
    await connection.patiently(LOCK, []);
    missing = await applyNext(connection, compiled);
    await connection.command('commit');
  }
}

/** The migrations that a database has had; none where it is new. @throws StoreError `store_foreign` */
export async function appliedMigrations(connection: Connection): Promise<readonly AppliedMigration[]> {
  if (await isOurs(connection)) return readList(connection);
  const [foreign] = (await connection.command(READ_OBJECTS)).rows;
  if (foreign === undefined) return [];
  throw new StoreError('store_foreign', 'the database is in use by another program', {
    path: String(foreign['relname']),
  });
}

/** Answers whether a migration was missing. */
async function applyNext(connection: Connection, migrations: readonly CompiledMigration[]): Promise<boolean> {
  const applied = await appliedMigrations(connection);
  requireKnown(migrations, applied);
  const next = migrations[applied.length];
  if (next === undefined) return false;
  if (applied.length === 0 && !(await isOurs(connection))) await connection.command(CREATE_LIST);
  for (const { sql, parameters } of next.statements) await connection.patiently(sql, parameters);
  await connection.command(ADD_TO_LIST, [applied.length, next.name, next.digest]);
  return true;
}

async function isOurs(connection: Connection): Promise<boolean> {
  return (await connection.command(IS_OURS)).rows[0]?.['ours'] === 1;
}

async function readList(connection: Connection): Promise<AppliedMigration[]> {
  const { rows } = await connection.command(READ_LIST);
  return rows.map(({ name, digest }) => ({ name: String(name), digest: String(digest) }));
}
