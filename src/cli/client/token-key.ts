import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dpopProof } from '../../agent/dpop.ts';
import { type HostKey, hostKeyFrom } from '../../agent/host-key.ts';
import { UsageError } from '../failure.ts';
import { writeSecret } from '../secret-file.ts';

/** The key that a token is bound to: whoever has the token alone has nothing. Made like a host's, and kept beside the token. */
export type TokenKey = HostKey;

/** The key in the file; a new one where there is none, on disk for its owner alone when this returns. */
export function makeTokenKey(path: string): TokenKey {
  const kept = loadTokenKey(path);
  if (kept !== null) return kept;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  writeSecret(path, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString().trimEnd());
  return hostKeyFrom(privateKey);
}

/** @throws UsageError `unreadable` where the file holds no such key */
export function loadTokenKey(path: string): TokenKey | null {
  if (!existsSync(path)) return null;
  try {
    return hostKeyFrom(createPrivateKey(readFileSync(path, 'utf8')));
  } catch (cause) {
    throw new UsageError(
      'unreadable',
      `${path} is not a P-256 or Ed25519 private key`,
      'Restore it from a backup, or have another token minted.',
      cause,
    );
  }
}

/** Who asks, in the headers of one request: a token alone, or with a proof that its key is at hand. */
export async function credentials(
  token: string,
  key: TokenKey | null,
  { method, url, now }: { readonly method: string; readonly url: URL; readonly now: Date },
): Promise<Record<string, string>> {
  if (key === null) return { authorization: `Bearer ${token}` };
  return { authorization: `DPoP ${token}`, dpop: await dpopProof(key, method, url, now, token) };
}
