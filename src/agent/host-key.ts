import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
} from 'node:crypto';
import type { JWK } from 'jose';
import { AgentError } from './errors.ts';
import type { DataFolder } from './folder.ts';

const FILE = 'host-key.pem';

export type HostKeyAlgorithm = 'ES256' | 'Ed25519';

/** The key by which the verifier knows this host in every request. It proves who asks, never what the host is. */
export type HostKey = {
  readonly algorithm: HostKeyAlgorithm;
  readonly privateKey: KeyObject;
  /** The members that define the public key, and no others. */
  readonly publicJwk: JWK;
  /** RFC 7638 thumbprint (SHA-256, base64url). */
  readonly jkt: string;
};

/** The key in the folder; a new one of `algorithm` where there is none. */
export function createOrLoadHostKey(folder: DataFolder, algorithm: HostKeyAlgorithm = 'ES256'): HostKey {
  const kept = loadHostKey(folder);
  if (kept !== null) return kept;
  const { privateKey } =
    algorithm === 'ES256'
      ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
      : generateKeyPairSync('ed25519');
  folder.write(FILE, privateKey.export({ type: 'pkcs8', format: 'pem' }).toString());
  return hostKeyFrom(privateKey);
}

/** @throws AgentError `data_unreadable` when the file holds no such key */
export function loadHostKey(folder: DataFolder): HostKey | null {
  const pem = folder.read(FILE);
  if (pem === null) return null;
  try {
    return hostKeyFrom(createPrivateKey(pem));
  } catch (cause) {
    throw new AgentError(
      'data_unreadable',
      `${folder.path}/${FILE} is not a P-256 or Ed25519 private key`,
      'Restore it from a backup, or remove it and enrol this host again.',
      { cause },
    );
  }
}

export function hostKeyFrom(privateKey: KeyObject): HostKey {
  const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: 'jwk' });
  // RFC 7638, section 3.2, and RFC 8037, section 2: the required members in alphabetical order.
  if (kty === 'EC' && crv === 'P-256' && x !== undefined && y !== undefined) {
    return { algorithm: 'ES256', privateKey, publicJwk: { crv, kty, x, y }, jkt: digest({ crv, kty, x, y }) };
  }
  if (kty === 'OKP' && crv === 'Ed25519' && x !== undefined) {
    return { algorithm: 'Ed25519', privateKey, publicJwk: { crv, kty, x }, jkt: digest({ crv, kty, x }) };
  }
  throw new TypeError(`no host key: ${kty} ${crv}`);
}

function digest(members: { readonly [name: string]: string }): string {
  return createHash('sha256').update(JSON.stringify(members)).digest('base64url');
}
