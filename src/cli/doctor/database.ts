import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MIGRATIONS } from '../../store/migrations/index.ts';
import { type Finding, ok, problem, skipped, warning, wordsOf } from './finding.ts';

/** Asks a database, without writing or migrating anything. Rows by column. */
export type Ask = (text: string) => Promise<readonly { readonly [column: string]: unknown }[]>;

export type OpenedDatabase = { readonly ask: Ask; readonly close: () => Promise<void> };

/** Null where there is none yet. @throws what its driver throws */
export async function openDatabase(data: string, url: string | undefined): Promise<OpenedDatabase | null> {
  if (url !== undefined) {
    const { rawPostgres } = await import('../../store/postgres/raw.ts');
    const database = await rawPostgres(url);
    return { ask: (text) => database.query(text), close: () => database.close() };
  }
  const { DATABASE_FILE } = await import('../../store/sqlite/open.ts');
  const file = join(data, DATABASE_FILE);
  if (!existsSync(file)) return null;
  const { Connection } = await import('../../store/sqlite/connection.ts');
  const connection = new Connection(file, { readOnly: true, defensive: true, timeout: 5_000 });
  return { ask: async (text) => connection.rows(text), close: async () => connection.close() };
}

/** What a database that was opened tells: its version, and on PostgreSQL whether what is committed lasts. */
export async function examineDatabase({ ask }: OpenedDatabase, isPostgres: boolean): Promise<Finding[]> {
  return isPostgres
    ? [await schema(ask, 'schema_migration'), await lasting(ask)]
    : [await schema(ask, 'schemaMigration')];
}

export function noDatabase(): Finding {
  return ok('database.schema', 'none yet: the first start makes it');
}

export function unreachable(error: unknown, isPostgres: boolean): Finding {
  const mend = isPostgres
    ? 'See that the server runs, is reached from here, and lets this user in (docs/stores.md).'
    : 'Let the verifier’s user read the data folder; restore a backup where the file is damaged.';
  return problem('database.reachable', wordsOf(error), mend);
}

async function schema(ask: Ask, list: string): Promise<Finding> {
  const id = 'database.schema';
  let had: readonly string[];
  try {
    had = (await ask(`select name from ${list} order by position`)).map(({ name }) => String(name));
  } catch (error) {
    // An empty PostgreSQL database has no such table; what else is wrong the first start says.
    return warning(
      id,
      `no tables of Sextant: ${wordsOf(error)}`,
      'The first start makes them in an empty database.',
    );
  }
  const ours = MIGRATIONS.map(({ name }) => name);
  if (had.some((name, index) => ours[index] !== name)) {
    const mend = 'Run the version of Sextant that wrote it, or a newer one.';
    return problem(id, `the database was written by another version (${had.length} migrations)`, mend);
  }
  if (had.length === ours.length) return ok(id, `${had.length} migrations, up to ${had.at(-1)}`);
  const behind = `${ours.length - had.length} migrations behind this program`;
  return warning(id, behind, 'The next start migrates: back the database up first (sextant db backup).');
}

/** The verifier sets synchronous_commit for itself; these are the server's alone to set. */
async function lasting(ask: Ask): Promise<Finding> {
  const id = 'database.durable';
  const [server = {}] = await ask(
    `select current_setting('fsync') as fsync, current_setting('full_page_writes') as pages,
            current_setting('synchronous_commit') as commits, pg_is_in_recovery()::int as standby`,
  );
  if (Number(server['standby']) === 1)
    return problem(id, 'the server is a standby and takes no writes', 'Name the primary server.');
  if (server['fsync'] !== 'on' || server['pages'] !== 'on') {
    const says = `fsync is ${server['fsync']}, full_page_writes ${server['pages']}`;
    return problem(id, says, 'Turn both on: what was acknowledged would be lost with the power.');
  }
  return ok(
    id,
    `fsync and full_page_writes are on; synchronous_commit is ${server['commits']}, verifiers make it on`,
  );
}

/** What lies in the log, landmarks and witnesses, of a database that has this version's tables. */
export async function examineRecords({ ask }: OpenedDatabase, now: Date): Promise<Finding[]> {
  const [head = {}] = await ask('select size, high_water_ms from log_head');
  const size = Number(head['size'] ?? 0);
  return [
    clock(Number(head['high_water_ms'] ?? 0), now),
    await landmarks(ask, now),
    ...(await cosigned(ask, size)),
  ];
}

function clock(highWaterMs: number, now: Date): Finding {
  const id = 'clock.log';
  const aheadMs = highWaterMs - now.getTime();
  if (aheadMs <= 0) return ok(id, 'not behind the newest act in the log');
  const says = `${Math.round(aheadMs / 1000)} s behind the newest act in the log`;
  const mend =
    'Set the clock (chrony, systemd-timesyncd); until it has caught up time stands still for the verifier. If it is right and the log is too far ahead to wait: a backup of before (docs/operations.md, A future on record).';
  return aheadMs > 5_000 ? problem(id, says, mend) : warning(id, says, mend);
}

/** Three rounds of the mesh, as landmarks keep it unless told otherwise. */
const MESH_STALE_MS = 30 * 60_000;

async function landmarks(ask: Ask, now: Date): Promise<Finding> {
  const id = 'landmarks';
  const inForce = await ask(`select name from trust_input where kind = 'landmark' and state = 'effective'`);
  const names = inForce.map(({ name }) => String(name));
  if (names.length === 0) return skipped(id, 'none is in force: no place is measured');
  if (names.length === 1) return skipped(id, 'one alone is measured by nobody');
  const pairs = await ask(
    'select from_id, to_id, max(at_ms) as at_ms from mesh_pair group by from_id, to_id',
  );
  const lastSeen = (name: string): number =>
    Math.max(
      0,
      ...pairs
        .filter((row) => row['from_id'] === name || row['to_id'] === name)
        .map((row) => Number(row['at_ms'])),
    );
  const silent = names.filter((name) => now.getTime() - lastSeen(name) > MESH_STALE_MS);
  if (silent.length === 0) return ok(id, `${names.length} measured each other within half an hour`);
  const mend = 'See that they run, reach this verifier and each other (docs/landmark.md).';
  return warning(
    id,
    `${silent.length} of ${names.length} were in no measurement for half an hour: ${silent.join(', ')}`,
    mend,
  );
}

async function cosigned(ask: Ask, size: number): Promise<Finding[]> {
  const rows = await ask('select witness, max(size) as size from log_cosignature group by witness');
  return rows.map((row) => {
    const [name = ''] = String(row['witness']).split('+');
    const says = `${name} has cosigned ${row['size']} of ${size} leaves`;
    if (Number(row['size']) >= size) return ok('witness.cosigned', says);
    return warning(
      'witness.cosigned',
      says,
      'Where a verifier runs and this does not catch up, see its log for witness.* (docs/log.md).',
    );
  });
}
