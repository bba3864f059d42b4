import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { ConnectionOptions } from 'node:tls';
import { FormatError } from '../../bytes/errors.ts';

/** Where a database is, and as whom it is spoken to. */
export type DatabaseAddress = {
  /** A name or address, or the folder of a Unix socket. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string | undefined;
  readonly database: string;
  readonly ssl: ConnectionOptions | false;
  /** For people: nothing in it is secret. */
  readonly shown: string;
};

const PARAMETERS = new Set(['host', 'sslmode', 'sslrootcert']);
const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]', '::1']);

/**
 * Reads `postgres://user:password@host:port/database`, with `host` for the folder of a Unix socket, `sslmode` and
 * `sslrootcert`; refuses every other parameter. Beyond this machine the connection is encrypted and the server's certificate
 * verified, unless `sslmode=disable` says otherwise: there is nothing between.
 *
 * @throws FormatError `bad_value`; no message holds the password
 */
export function parseDatabaseUrl(text: string): DatabaseAddress {
  const url = URL.parse(text);
  if (url === null || (url.protocol !== 'postgres:' && url.protocol !== 'postgresql:')) {
    throw bad('', 'postgres://user@host:port/database');
  }
  for (const name of url.searchParams.keys()) {
    if (!PARAMETERS.has(name)) throw bad(name, [...PARAMETERS].join(', '), name);
  }
  const host = url.searchParams.get('host') ?? decoded(url.hostname);
  const database = decoded(url.pathname.slice(1));
  if (host === '') throw bad('host', 'a host, or ?host=/folder/of/a/socket');
  if (database === '' || database.includes('/')) throw bad('database', 'a database after the host');
  const port = url.port === '' ? 5432 : Number(url.port);
  const user = url.username === '' ? userInfo().username : decoded(url.username);
  return {
    host: host.replace(/^\[|\]$/g, ''),
    port,
    user,
    password: url.password === '' ? undefined : decoded(url.password),
    database,
    ssl: encryption(url.searchParams, host),
    shown: `postgres://${host.startsWith('/') ? '' : `${host}:${port}`}/${database}${host.startsWith('/') ? `?host=${host}` : ''}`,
  };
}

function encryption(parameters: URLSearchParams, host: string): ConnectionOptions | false {
  const isHere = host.startsWith('/') || LOOPBACK.has(host);
  const mode = parameters.get('sslmode') ?? (isHere ? 'disable' : 'verify-full');
  const roots = parameters.get('sslrootcert');
  if (mode === 'disable') return false;
  if (mode !== 'verify-full') {
    throw bad('sslmode', 'verify-full, or disable: others encrypt to whoever answers', mode);
  }
  return { rejectUnauthorized: true, ...(roots === null ? {} : { ca: readRoots(roots) }) };
}

function readRoots(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new FormatError('bad_value', `cannot read ${path}`, { path: 'sslrootcert', cause });
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw bad('', 'percent-encoded text');
  }
}

function bad(path: string, expected: string, actual?: string): FormatError {
  const where = path === '' ? 'database' : `database.${path}`;
  return new FormatError('bad_value', `the address of the database is not one: ${expected}`, {
    path: where,
    expected,
    ...(actual === undefined ? {} : { actual }),
  });
}
