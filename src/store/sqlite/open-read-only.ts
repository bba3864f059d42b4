import type { DatabaseSnapshot } from '../snapshot.ts';
import { Connection } from './connection.ts';
import { ReadUnit } from './unit.ts';

/**
 * Opens a database for reading alone and holds on to one state of it: nothing is migrated, nothing written, and what a running
 * verifier commits meanwhile is not seen. Statements fail on a database of another version of the program.
 *
 * @throws AvailabilityError `store_unavailable` where the file is no database or cannot be read
 */
export function openReadOnly(file: string): DatabaseSnapshot {
  const connection = new Connection(file, { readOnly: true, defensive: true, timeout: 5_000 });
  try {
    connection.command('BEGIN');
    // The state is that of the first read.
    connection.rows('select name from sqlite_schema limit 1');
  } catch (error) {
    connection.close();
    throw error;
  }
  return {
    read: async (work) => {
      const unit = new ReadUnit(connection);
      try {
        return await work(unit);
      } finally {
        unit.end();
      }
    },
    close: async () => connection.close(),
  };
}
