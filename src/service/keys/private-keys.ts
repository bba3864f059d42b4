import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { writePrivateFile } from './private-file.ts';

/** No rotation takes longer between its keys' being kept and its commit. */
const ROTATION_MS = 3_600_000;

/**
 * Where the private halves of rotating keys live, by `kid`. A KMS or PKCS#11 token takes this place: it keeps what it makes,
 * and forgets what it is told to.
 */
export type PrivateKeys = {
  /** Durable when it returns. */
  readonly keep: (kid: string, pem: string) => void;
  /** Null where there is none. */
  readonly read: (kid: string) => string | null;
  /**
   * Drops what is known and not needed, at once; and what nobody knows, once it is too old to belong to a rotation that another
   * process has not finished.
   */
  readonly keepOnly: (needed: ReadonlySet<string>, known: ReadonlySet<string>) => void;
};

/** As files `<kid>.pem`, PKCS#8, mode 0600, in a folder of their own. */
export function privateKeyFolder(folder: string): PrivateKeys {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const path = (kid: string): string => join(folder, `${kid}.pem`);
  return {
    keep: (kid, pem) => writePrivateFile(path(kid), pem),
    read: (kid) => readIfPresent(path(kid)),
    keepOnly: (needed, known) => {
      for (const name of readdirSync(folder)) {
        const kid = name.replace(/\.pem$/, '');
        if (needed.has(kid)) continue;
        if (known.has(kid) || isAbandoned(join(folder, name))) rmSync(join(folder, name), { force: true });
      }
    },
  };
}

/** By the clock of whoever keeps the folder; a file that has gone meanwhile is nobody's. */
function isAbandoned(path: string): boolean {
  const stats = statSync(path, { throwIfNoEntry: false });
  return stats !== undefined && Date.now() - stats.mtimeMs > ROTATION_MS;
}

/** For whoever wants nothing on disk. */
export function privateKeyMemory(): PrivateKeys {
  const pems = new Map<string, string>();
  return {
    keep: (kid, pem) => void pems.set(kid, pem),
    read: (kid) => pems.get(kid) ?? null,
    keepOnly: (needed) => {
      for (const kid of pems.keys()) if (!needed.has(kid)) pems.delete(kid);
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
