import pg from 'pg';
import type { DatabaseSnapshot } from '../snapshot.ts';
import { Connection } from './connection.ts';
import { parseDatabaseUrl } from './database-url.ts';
import { translate } from './failure.ts';
import { ReadUnit } from './unit.ts';
import { VALUE_TYPES } from './values.ts';

const CONNECT_TIMEOUT_MS = 5_000;
/** No statement of a snapshot writes, whatever it says; and it stays open as long as it is read, however long that takes. */
const BEGIN = [
  'begin isolation level repeatable read read only',
  'set local statement_timeout = 0',
  'set local idle_in_transaction_session_timeout = 0',
];

/**
 * Opens a PostgreSQL database for reading alone and holds on to one state of it: nothing is migrated, nothing written, and what verifiers
 * commit meanwhile is not seen. A standby will do, and a user who may only read. Statements fail on a database of another version of
 * the program.
 *
 * As long as it is open the server keeps what was since replaced: no vacuum removes it.
 *
 * @returns the snapshot, and the address without what is secret in it
 * @throws FormatError `bad_value` for a URL that is none; AvailabilityError `store_unavailable`
 */
export async function openReadOnlyPostgres(
  url: string,
): Promise<DatabaseSnapshot & { readonly shown: string }> {
  const { host, port, user, password, database, ssl, shown } = parseDatabaseUrl(url);
  const client = new pg.Client({
    host,
    port,
    user,
    database,
    ssl,
    ...(password === undefined ? {} : { password }),
    application_name: 'sextant audit',
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    types: VALUE_TYPES as pg.CustomTypesConfig, // as in pool.ts
  });
  client.on('error', () => {}); // whoever waits for its answers hears of it
  const connection = new Connection(client);
  try {
    await client.connect();
    for (const command of BEGIN) await connection.command(command);
    // The state is that of the first statement after these.
    await connection.command('select size from log_head');
  } catch (error) {
    await client.end();
    throw translate(error);
  }
  return {
    shown,
    read: async (work) => {
      const unit = new ReadUnit(connection);
      try {
        return await work(unit);
      } finally {
        unit.end();
      }
    },
    close: () => client.end(),
  };
}
