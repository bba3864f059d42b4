import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { describe, onTestFinished } from 'vitest';
import { serverAbsent, startServer } from './server.ts';

/** Set by the run's set-up (global-setup.ts) for its workers. */
export const SHARED_FOLDER = 'SEXTANT_TEST_POSTGRES_FOLDER';

/** A server of whoever runs the tests, where one is named: `postgres://user@host/database` of a user who may make databases. */
const given = process.env['SEXTANT_TEST_DATABASE_URL'];

/** Why no test can have a PostgreSQL database here; null where each can. */
const postgresAbsent: string | null =
  given === undefined && serverAbsent !== null ? `${serverAbsent}, and no SEXTANT_TEST_DATABASE_URL` : null;

/** A suite on a real PostgreSQL server: reported as skipped, with its reason, where there is none. */
export function describeWithPostgres(name: string, suite: () => void): void {
  if (postgresAbsent === null) {
    describe(name, suite);
    return;
  }
  if (process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error(`required here: ${postgresAbsent}`);
  describe.skip(`${name} (skipped: ${postgresAbsent})`, () => {});
}

/** The address of a database that is new, and gone when the test ends; with `template`, a copy of that one. */
export async function newDatabase(template = 'template0'): Promise<string> {
  const name = nameOfNew();
  await administer(`create database ${name} template ${template} encoding 'UTF8'`);
  onTestFinished(() => administer(`drop database ${name} with (force)`));
  return addressOf(name);
}

/** The address of a database that is new, and lasts as long as the server. */
export async function lastingDatabase(): Promise<string> {
  const name = nameOfNew();
  await administer(`create database ${name} template template0 encoding 'UTF8'`);
  return addressOf(name);
}

function nameOfNew(): string {
  return `t_${randomBytes(8).toString('hex')}`;
}

/** Runs one statement in a database. */
export async function execute(url: string, text: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text)).rows;
  } finally {
    await client.end();
  }
}

async function administer(text: string): Promise<void> {
  await execute(given ?? (await sharedServer()), text);
}

function addressOf(name: string): string {
  if (given === undefined) return `postgres://sextant@localhost/${name}?host=${process.env[SHARED_FOLDER]}`;
  const url = new URL(given);
  url.pathname = `/${name}`;
  return url.href;
}

/** Starts the run's server, or waits for whoever is at it; answers the address of its administration. */
async function sharedServer(): Promise<string> {
  const folder = process.env[SHARED_FOLDER] ?? '';
  const ready = join(folder, 'ready');
  if (!existsSync(ready) && isFirst(join(folder, 'starting'))) {
    await startServer(folder);
    writeFileSync(ready, '');
  }
  while (!existsSync(ready)) await delay(20);
  return `postgres://sextant@localhost/postgres?host=${folder}`;
}

function isFirst(lock: string): boolean {
  try {
    mkdirSync(lock);
    return true;
  } catch {
    return false;
  }
}
