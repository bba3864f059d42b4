import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { SigningKey } from '../context.ts';
import { writePrivateFile } from './private-file.ts';
import { readIfPresent } from './private-keys.ts';
import { generateSigningKeyPem, signingKeyFromPem } from './signing-key.ts';

/** The log's key as a file, made at the first start. It never rotates: it is what auditors know the log by. */
export function logKeyFile(folder: string): SigningKey {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return keyFile(join(folder, 'log.pem'), 'Ed25519');
}

function keyFile(path: string, alg: SigningKey['alg']): SigningKey {
  let pem = readIfPresent(path);
  if (pem === null) {
    pem = generateSigningKeyPem(alg);
    writePrivateFile(path, pem);
  }
  return signingKeyFromPem(alg, pem);
}
