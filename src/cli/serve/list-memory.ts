import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Logger } from 'pino';
import { equalBytes } from '../../bytes/equal.ts';
import type { ListFile, ListMemory } from '../../http/tls/client-lists.ts';
import { writePrivateFile } from '../../service/keys/private-file.ts';

/** In the data folder. */
export const CLIENT_LISTS = 'client-lists';

/**
 * The newest revocation lists of clients' CAs as files of a folder, so that a restart does not forget which they were. Where one cannot be
 * written the list counts all the same, which is told: what it revokes is revoked now.
 */
export function listMemory(folder: string, log: Logger): ListMemory {
  return {
    recall: () => recallLists(folder),
    remember: (lists) => {
      try {
        mkdirSync(folder, { recursive: true, mode: 0o700 });
        for (const { name, bytes } of lists) {
          const path = join(folder, name);
          const kept = readOrNull(path);
          if (kept === null || !equalBytes(kept, bytes)) writePrivateFile(path, bytes);
        }
      } catch (error) {
        log.error({ err: error }, 'tls.client-lists: not kept; a restart would forget which was the newest');
      }
    },
  };
}

/** A folder that is not there holds none; a file in it that cannot be read is told as that. */
export function recallLists(folder: string): ListFile[] {
  let names: readonly string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith('.crl'));
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    return [{ name: folder, bytes: null }];
  }
  return names.map((name) => ({ name: join(folder, name), bytes: readOrNull(join(folder, name)) }));
}

function readOrNull(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch {
    return null;
  }
}
