import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private-file.ts';

/**
 * Where the private halves of rotating keys live, by `kid`. A KMS or PKCS#11 token takes this place: it keeps what it makes,
 * and forgets what it is told to.
 */
export type PrivateKeys = {
  /** Durable when it returns. */
  readonly keep: (kid: string, pem: string) => void;
  /** Null where there is none. */
  readonly read: (kid: string) => string | null;
  /** Drops every key but these. */
  readonly keepOnly: (kids: ReadonlySet<string>) => void;
};

/** As files `<kid>.pem`, PKCS#8, mode 0600, in a folder of their own. */
export function privateKeyFolder(folder: string): PrivateKeys {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (kid: string): string => join(folder, `${kid}.pem`);
  return {
    keep: (kid, pem) => writePrivateFile(path(kid), pem),
    read: (kid) => readIfPresent(path(kid)),
    keepOnly: (kids) => {
      const names = new Set([...kids].map((kid) => `${kid}.pem`));
      for (const name of readdirSync(folder)) if (!names.has(name)) rmSync(join(folder, name));
    },
  };
}

/** For whoever wants nothing on disk. */
export function privateKeyMemory(): PrivateKeys {
  const pems = new Map<string, string>();
  return {
    keep: (kid, pem) => void pems.set(kid, pem),
    read: (kid) => pems.get(kid) ?? null,
    keepOnly: (kids) => {
      for (const kid of pems.keys()) if (!kids.has(kid)) pems.delete(kid);
    },
  };
}

/** @throws the system's error for anything but an absent file: a key that cannot be read is not a key that was never made */
export function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
