import { type ConnectionPool, PROCESS_NAME } from './pool.ts';

/** A user sees the names of its own role's connections alone: verifiers on one database share one. */
const COUNT = `
  select count(distinct application_name)::int as processes from pg_stat_activity
  where datname = current_database() and usename = current_user and application_name like '${PROCESS_NAME}%'`;

/**
 * How many processes hold connections to the pool's database, by the names of those: the server forgets a process with its last
 * connection, and nobody writes anything to be counted.
 */
export function processesAt(pool: ConnectionPool): Promise<number> {
  return pool.use(async (connection) => {
    const [row] = (await connection.command(COUNT)).rows;
    return Math.max(1, Number(row?.['processes'] ?? 1));
  });
}
