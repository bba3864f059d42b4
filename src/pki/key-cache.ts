import { createPublicKey, type KeyObject } from 'node:crypto';
import { writePem } from './pem.ts';
import { SignatureError } from './pki-error.ts';
import type { PublicKeyInfo } from './public-key.ts';

/**
 * Importing a P-256 key costs a third of a verification with it, and chains share their upper keys: each is imported once.
 * The oldest goes when the cache is full, so that a stream of invented keys costs memory for this many and no more.
 */
const MAX_KEYS = 1024;

const keys = new Map<string, KeyObject>();

/** The key of a SubjectPublicKeyInfo, for `node:crypto`. Throws SignatureError: `key_unsupported`, `key_invalid`. */
export function importPublicKey(info: PublicKeyInfo): KeyObject {
  const known = keys.get(info.sha256);
  if (known !== undefined) return known;
  const imported = importKey(info);
  if (keys.size >= MAX_KEYS) {
    const [oldest] = keys.keys();
    if (oldest !== undefined) keys.delete(oldest);
  }
  keys.set(info.sha256, imported);
  return imported;
}

/** For measurements: forgets all keys. */
export function forgetKeys(): void {
  keys.clear();
}

function importKey({ der, key }: PublicKeyInfo): KeyObject {
  if (key.kind === 'unsupported' || (key.kind === 'rsa' && key.use === 'oaep')) {
    const what = key.kind === 'rsa' ? 'RSA for encryption alone' : key.what;
    throw new SignatureError('key_unsupported', `a key of ${what} verifies nothing`, { actual: what });
  }
  try {
    // As text: Node 24 tries an object first as one of its own keys, twice over, by exceptions that cost more than the import.
    return createPublicKey(writePem(der, 'PUBLIC KEY'));
  } catch (cause) {
    throw new SignatureError('key_invalid', 'the public key is not a valid key of its kind', { cause });
  }
}
