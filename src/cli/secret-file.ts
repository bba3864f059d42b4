import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { writePrivateFile } from '../service/keys/private-file.ts';

/** Writes a token for its owner alone, in a folder of mode 0700; on disk when this returns. */
export function writeSecret(path: string, secret: string): void {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writePrivateFile(path, `${secret}\n`);
}
