import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { UsageError } from './failure.ts';

export const DEFAULT_PORT = 8080;

/** Where a verifier keeps everything: `--data`, else SEXTANT_DATA, else `./.sextant`. */
export function dataFolder(option: string | undefined): string {
  return resolve(option ?? process.env['SEXTANT_DATA'] ?? '.sextant');
}

/**
 * The database of a verifier that does not keep it in its data folder: `--database`, else SEXTANT_DATABASE_URL. It may hold a
 * password: what is shown of it is `shown` of store/postgres/database-url.ts.
 */
export function databaseUrl(option: string | undefined): string | undefined {
  const text = option ?? process.env['SEXTANT_DATABASE_URL'];
  return text === undefined || text.trim() === '' ? undefined : text.trim();
}

/** The verifier to talk to: `--url`, else SEXTANT_URL, else the default of `sextant serve` on this machine. */
export function verifierUrl(option: string | undefined): URL {
  const text = option ?? process.env['SEXTANT_URL'] ?? `http://127.0.0.1:${DEFAULT_PORT}`;
  const url = URL.parse(text);
  if (url !== null && (url.protocol === 'http:' || url.protocol === 'https:')) return url;
  throw new UsageError('usage', `${text} is not an http or https URL`);
}

/** A token, for messages about it where it came from, and where the key is that it is bound to. */
export type SpeakingToken = {
  readonly token: string;
  readonly source: string;
  /** Null where no place for a key is named. */
  readonly keyPath: string | null;
};

/**
 * The token to speak with: the one saved under the name given by `--as`, else SEXTANT_TOKEN (its key in the file that
 * SEXTANT_TOKEN_KEY names), else the administrator's that the first start wrote.
 */
export function bearerToken(data: string, as: string | undefined): SpeakingToken {
  if (as !== undefined) {
    const mend = `Save one with \`sextant principal add … --save ${as}\`, or name its folder with --data.`;
    return readToken(tokenPath(data, as), mend);
  }
  const fromEnvironment = process.env['SEXTANT_TOKEN'];
  if (fromEnvironment !== undefined && fromEnvironment.trim() !== '') {
    return {
      token: fromEnvironment.trim(),
      source: 'SEXTANT_TOKEN',
      keyPath: process.env['SEXTANT_TOKEN_KEY'] ?? null,
    };
  }
  return readToken(
    adminTokenPath(data),
    'The first `sextant serve` writes it. Name another token with --as NAME or SEXTANT_TOKEN, its folder with --data.',
  );
}

export function adminTokenPath(data: string): string {
  return join(data, 'admin.token');
}

export function tokenPath(data: string, name: string): string {
  if (!/^[a-z0-9][a-z0-9-]{0,62}$/i.test(name)) {
    throw new UsageError('usage', `${name} is not a name for a token`, 'Use letters, digits and hyphens.');
  }
  return join(data, 'tokens', `${name}.token`);
}

/** Where the key of a saved token is. */
export function keyPathOf(tokenPath: string): string {
  return tokenPath.replace(/\.token$/, '.key');
}

function readToken(path: string, mend: string): SpeakingToken {
  if (!existsSync(path)) throw new UsageError('no_token', `there is no token at ${path}`, mend);
  return { token: readFileSync(path, 'utf8').trim(), source: path, keyPath: keyPathOf(path) };
}
