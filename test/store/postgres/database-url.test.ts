import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parseDatabaseUrl } from '../../../src/store/postgres/database-url.ts';

const thrownBy = (text: string): Error & { path?: string } => {
  try {
    parseDatabaseUrl(text);
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('nothing was thrown');
};

describe('the address of a database', () => {
  it('names host, port, user, password and database', () => {
    expect(parseDatabaseUrl('postgres://ann:s%3Acret@127.0.0.1:6432/sextant')).toMatchObject({
      host: '127.0.0.1',
      port: 6432,
      user: 'ann',
      password: 's:cret',
      database: 'sextant',
      ssl: false,
      shown: 'postgres://127.0.0.1:6432/sextant',
    });
  });

  it('may leave out port and password', () => {
    const address = parseDatabaseUrl('postgresql://ann@[::1]/sextant');
    expect(address).toMatchObject({ host: '::1', port: 5432, password: undefined, ssl: false });
  });

  it('may be the folder of a Unix socket', () => {
    expect(parseDatabaseUrl('postgres:///sextant?host=/run/postgresql')).toMatchObject({
      host: '/run/postgresql',
      ssl: false,
      shown: 'postgres:///sextant?host=/run/postgresql',
    });
  });

  it('beyond this machine is spoken to under its verified certificate, unless that is switched off', () => {
    const ssl = (text: string) => parseDatabaseUrl(text).ssl;
    expect(ssl('postgres://db.example/sextant')).toEqual({ rejectUnauthorized: true });
    expect(ssl('postgres://db.example/sextant?sslmode=verify-full')).toEqual({ rejectUnauthorized: true });
    expect(ssl('postgres://db.example/sextant?sslmode=disable')).toBe(false);
    expect(ssl('postgres://localhost/sextant?sslmode=verify-full')).toEqual({ rejectUnauthorized: true });
  });

  it('may bring the roots for that', () => {
    const folder = mkdtempSync(join(tmpdir(), 'sextant-url-'));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    writeFileSync(join(folder, 'ca.pem'), 'roots');
    const url = `postgres://db.example/sextant?sslrootcert=${join(folder, 'ca.pem')}`;
    expect(parseDatabaseUrl(url).ssl).toEqual({ rejectUnauthorized: true, ca: 'roots' });
    expect(thrownBy(`${url}.not`)).toMatchObject({ code: 'bad_value', path: 'sslrootcert' });
  });

  it.each([
    ['text', 'sextant', 'database'],
    ['another protocol', 'mysql://ann:secret@host/sextant', 'database'],
    ['no database', 'postgres://ann:secret@host/', 'database.database'],
    ['no host', 'postgres:///sextant', 'database.host'],
    ['encryption to whoever answers', 'postgres://ann:secret@host/x?sslmode=require', 'database.sslmode'],
    ['a parameter that is not known', 'postgres://ann:secret@host/x?options=-c', 'database.options'],
    ['a broken escape', 'postgres://ann:secret@host/%zz', 'database'],
  ])('with %s is refused, and the refusal holds no secret', (_, text, path) => {
    const error = thrownBy(text);
    expect(error).toMatchObject({ code: 'bad_value', path });
    expect(JSON.stringify([error, error.message, error.cause])).not.toContain('secret');
  });
});
