import { existsSync } from 'node:fs';
import { toBase64Url } from '../../bytes/text.ts';
import { makeLandmarkKey, readLandmarkKey } from '../../landmark/key-file.ts';
import { rawPublicKey } from '../../location/probe/index.ts';

/** Prints the public key as registrations have it, and nothing else: what follows is for people. */
export function showKey(path: string): void {
  const isNew = !existsSync(path);
  const key = isNew ? makeLandmarkKey(path) : readLandmarkKey(path);
  process.stdout.write(`${toBase64Url(rawPublicKey(key))}\n`);
  if (isNew) process.stderr.write(`made ${path}; register the line above as the landmark's key\n`);
}
