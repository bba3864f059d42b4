import crypto, { createPublicKey, hash, KeyObject } from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';

const MOST = 4096;

type Verify = (algorithm: unknown, data: Uint8Array, key: unknown, signature: Uint8Array) => boolean;

/**
 * Has this thread verify no signature twice: of evidence that was changed in one place most signatures are what they were, and their
 * verification is OpenSSL's, which is not what is fuzzed. The answers are its own, by every byte that it was asked with.
 */
export function rememberSignatures(): void {
  crypto.verify = remembering(crypto.verify as Verify) as typeof crypto.verify;
  syncBuiltinESMExports();
}

/** What throws is not remembered, and neither is what cannot be told by its bytes. */
export function remembering(verify: Verify): Verify {
  const answers = new Map<string, boolean>();
  return (algorithm, data, key, signature) => {
    const asked = digestOf(algorithm, data, key, signature);
    const known = asked === null ? undefined : answers.get(asked);
    if (known !== undefined) return known;
    const answer = verify(algorithm, data, key, signature);
    if (answers.size >= MOST) answers.clear();
    if (asked !== null) answers.set(asked, answer);
    return answer;
  };
}

function digestOf(algorithm: unknown, data: Uint8Array, key: unknown, signature: Uint8Array): string | null {
  const { key: within = key, ...options } =
    typeof key === 'object' && key !== null && !(key instanceof KeyObject) ? (key as { key?: unknown }) : {};
  if (!(within instanceof KeyObject) || within.type === 'secret') return null;
  const parts = [JSON.stringify([algorithm, options]), spkiOf(within), data, signature];
  return hash('sha256', parts.map((part) => hash('sha256', part)).join());
}

const spki = new WeakMap<KeyObject, Uint8Array>();

function spkiOf(key: KeyObject): Uint8Array {
  const known = spki.get(key);
  if (known !== undefined) return known;
  const of = key.type === 'public' ? key : createPublicKey(key);
  const der = new Uint8Array(of.export({ type: 'spki', format: 'der' }));
  spki.set(key, der);
  return der;
}
