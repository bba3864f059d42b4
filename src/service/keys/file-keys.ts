import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { KeyRing, SigningKey } from '../context.ts';
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
  return signingKeyFromPem(alg, readIfPresent(path) ?? writeDurably(path, generateSigningKeyPem(alg)));
}

function readIfPresent(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw error;
  }
}

/** Written beside, synced, then renamed, and the folder synced: a crash leaves the whole key or none. */
function writeDurably(path: string, pem: string): string {
  const draft = `${path}.new`;
  const file = openSync(draft, 'w', 0o600);
  try {
    writeSync(file, pem);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
  return pem;
}
