import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { KeyRing, SigningKey } from '../context.ts';
import { writePrivateFile } from './private-file.ts';
import { generateSigningKeyPem, signingKeyFromPem } from './signing-key.ts';

/**
 * The verifier's signing keys as files, one a purpose, made at the first start. A KMS or PKCS#11 token takes this
 * function's place by answering with the same {@link KeyRing}.
 */
export function fileKeyRing(folder: string): KeyRing {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  return {
    ear: keyFile(join(folder, 'ear.pem'), 'ES256'),
    log: keyFile(join(folder, 'log.pem'), 'Ed25519'),
  };
}

function keyFile(path: string, alg: SigningKey['alg']): SigningKey {
  let pem = readIfPresent(path);
  if (pem === null) {
    pem = generateSigningKeyPem(alg);
    writePrivateFile(path, pem);
  }
  return signingKeyFromPem(alg, pem);
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}
