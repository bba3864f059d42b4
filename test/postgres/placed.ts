import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Beside the data that belongs to it: the address of a folder's database on a PostgreSQL server (choice.ts puts it there). */
export const addressFile = (data: string): string => join(data, 'test-database');

/**
 * Where the database of a data folder that somebody filled lies, as `databaseOf` tells it. Apart from that, so that what is measured in a process of
 * its own loads nothing that tests alone need.
 */
export function placedDatabase(data: string): { readonly database?: string } {
  const file = addressFile(data);
  return existsSync(file) ? { database: readFileSync(file, 'utf8') } : {};
}
