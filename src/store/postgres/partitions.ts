import { AvailabilityError } from '../errors.ts';
import { quoted } from '../transfer/raw.ts';
import type { Connection } from './connection.ts';
import { beforeOf, restOf } from './partition-table.ts';
import type { ConnectionPool } from './pool.ts';

/** The one table in partitions (migration 180). */
const TABLE = 'evidence';
const INSTANT = 'received_at_ms';

/** This month and so many more are there before they are needed. */
const AHEAD = 3;
/** Whose end is so long ago takes no more rows, whatever the clocks of several verifiers say. */
const SETTLED_MS = 2 * 86_400_000;

/** Between processes: "SEXP". Whoever waits for the table gives up soon, as all others wait behind him. */
const BEGIN = `begin isolation level read committed read write; set local lock_timeout = '500ms';
  select pg_advisory_xact_lock(1397053520)`;
/**
 * Whoever writes locks the log's head first (writer.ts) and waits here until a partition is there for all to see. A transaction that wrote
 * while one was attached was seen to put rows of that month into the rest to its end (PostgreSQL 15), where no read by month finds them.
 */
const STOP_WRITERS = 'lock table log_head in exclusive mode';
const IS_CUT = `select exists (select from pg_partitioned_table where partrelid = to_regclass('${TABLE}')) as cut`;
const READ_PARTITIONS = `
  select c.relname as name, pg_get_expr(c.relpartbound, c.oid) as bound
  from pg_inherits i join pg_class c on c.oid = i.inhrelid where i.inhparent = to_regclass('${TABLE}')`;

/** From, and to before; the first partition has no beginning. */
type Span = { readonly from: number; readonly to: number };
type Partition = Span & { readonly name: string };

/** By the server's clock, for whoever opens the database. @throws AvailabilityError where the server does not answer */
export async function tendAtOpening(pool: ConnectionPool): Promise<void> {
  const read = 'select (extract(epoch from now()) * 1000)::bigint as now';
  const [row] = await pool.use(async (connection) => (await connection.command(read)).rows);
  await tendPartitions(pool, new Date(Number(row?.['now'])));
}

/**
 * Makes the partitions of this month and the next ones where they are missing, with what the rest holds of their rows, and drops those of
 * the past that are empty: what a hold keeps stays where it is, in its month. Each in a transaction of its own; what others are at is left
 * for the next time.
 */
export async function tendPartitions(pool: ConnectionPool, now: Date): Promise<void> {
  await pool.use(async (connection) => {
    if ((await connection.command(IS_CUT)).rows[0]?.['cut'] !== 1) return;
    for (const month of monthsFrom(now, AHEAD + 1))
      await unlessBusy(connection, () => make(connection, month));
    const settled = now.getTime() - SETTLED_MS;
    for (const { name, to } of await partitions(connection)) {
      if (to < settled) await unlessBusy(connection, () => dropIfEmpty(connection, name));
    }
  });
}

async function make(connection: Connection, { from, to }: Span): Promise<void> {
  const isThere = async (): Promise<boolean> =>
    (await partitions(connection)).some((one) => one.from < to && from < one.to);
  if (await isThere()) return;
  await connection.command(STOP_WRITERS);
  if (await isThere()) return; // an import may have made it meanwhile
  const name = quoted(`${TABLE}_${new Date(from).toISOString().slice(0, 7).replace('-', '_')}`);
  const rest = quoted(restOf(TABLE));
  await connection.command(`create table ${name} (like ${TABLE} including all)`);
  // Its rows of this month move, and later ones find their month.
  await connection.command(`lock table ${rest} in access exclusive mode`);
  await connection.command(
    `with moved as (delete from ${rest} where ${INSTANT} >= $1 and ${INSTANT} < $2 returning *)
     insert into ${name} select * from moved`,
    [from, to],
  );
  await connection.command(
    `alter table ${TABLE} attach partition ${name} for values from (${from}) to (${to})`,
  );
}

/** Nobody is made to wait for a partition that is in use; whoever waited for the table sees whether it is still empty. */
async function dropIfEmpty(connection: Connection, name: string): Promise<void> {
  const isThere = (await partitions(connection)).some((one) => one.name === name);
  if (!isThere || !(await isEmpty(connection, name))) return;
  await connection.command(`lock table ${TABLE} in access exclusive mode`);
  if (await isEmpty(connection, name)) await connection.command(`drop table ${quoted(name)}`);
}

async function isEmpty(connection: Connection, name: string): Promise<boolean> {
  const { rows } = await connection.command(`select exists (select from ${quoted(name)}) as filled`);
  return rows[0]?.['filled'] === 0;
}

/**
 * For an import, in its transaction: one partition for all that was received until the end of this month. It is the verifiers' to fill
 * nothing else in meanwhile, and a table that nobody has used holds nothing that could be lost.
 */
export async function openPast(connection: Connection, now: Date): Promise<void> {
  if ((await connection.command(IS_CUT)).rows[0]?.['cut'] !== 1) return;
  const [{ to: end } = { to: 0 }] = monthsFrom(now, 1);
  for (const { name, to } of await partitions(connection)) {
    if (to <= end) await connection.command(`drop table ${quoted(name)}`);
  }
  await connection.command(
    `create table ${quoted(beforeOf(TABLE))} partition of ${TABLE} for values from (minvalue) to (${end})`,
  );
}

/** A transaction that is given up where a lock is not to be had, or its work not to be done, in time: all this can wait. */
async function unlessBusy(connection: Connection, work: () => Promise<void>): Promise<void> {
  try {
    await connection.command(BEGIN);
    await work();
    await connection.command('commit');
  } catch (error) {
    await connection.command('rollback').catch(() => {}); // the pool drops it then
    if (!(error instanceof AvailabilityError)) throw error;
  }
}

/** Those with an end: all but the rest. */
async function partitions(connection: Connection): Promise<Partition[]> {
  const { rows } = await connection.command(READ_PARTITIONS);
  return rows.flatMap(({ name, bound }) => {
    const [, from, to] = /FROM \('?(MINVALUE|-?\d+)'?\) TO \('?(\d+)'?\)/.exec(String(bound)) ?? [];
    if (to === undefined) return [];
    return [{ name: String(name), from: from === 'MINVALUE' ? -Infinity : Number(from), to: Number(to) }];
  });
}

/** Whole months of UTC. */
function monthsFrom(now: Date, count: number): Span[] {
  const [year, month] = [now.getUTCFullYear(), now.getUTCMonth()];
  return Array.from({ length: count }, (_, ahead) => ({
    from: Date.UTC(year, month + ahead),
    to: Date.UTC(year, month + ahead + 1),
  }));
}
