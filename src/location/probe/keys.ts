import { createPublicKey, diffieHellman, hash, hkdfSync, type KeyObject } from 'node:crypto';
import { concatBytes } from '../../bytes/concat.ts';
import { domain } from '../../bytes/domain.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toBase64Url, toUtf8 } from '../../bytes/text.ts';
import { KEY_BYTES } from './wire.ts';

/** SubjectPublicKeyInfo up to the key itself (RFC 8410, 4). */
const SPKI = {
  Ed25519: Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00]),
  X25519: Uint8Array.from([0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x6e, 0x03, 0x21, 0x00]),
} as const;

/** @param raw 32 bytes @throws FormatError `bad_value` */
export function publicKeyOf(curve: keyof typeof SPKI, raw: Uint8Array): KeyObject {
  requireKeyBytes(raw);
  return createPublicKey({
    key: Buffer.from(concatBytes([SPKI[curve], raw])),
    format: 'der',
    type: 'spki',
  });
}

/** The 32 bytes of an Ed25519 or X25519 key's public half. */
export function rawPublicKey(key: KeyObject): Uint8Array {
  const shared = key.type === 'private' ? createPublicKey(key) : key;
  const spki = shared.export({ type: 'spki', format: 'der' });
  if (spki.length !== SPKI.Ed25519.length + KEY_BYTES) {
    throw new FormatError('unsupported', 'not an Ed25519 or X25519 key', { path: 'key' });
  }
  return new Uint8Array(spki.subarray(SPKI.Ed25519.length));
}

/** RFC 7638 thumbprint (SHA-256) of an Ed25519 key; in base64url it is the `kid` of a JWK set. */
export function keyIdOf(raw: Uint8Array): Uint8Array {
  requireKeyBytes(raw);
  const jwk = `{"crv":"Ed25519","kty":"OKP","x":"${toBase64Url(raw)}"}`;
  return new Uint8Array(hash('sha256', toUtf8(jwk, 'jwk'), 'buffer'));
}

/** What every message of one measurement carries: which permit's, and at which landmark. 32 bytes each. */
export type ProbeContext = { readonly session: Uint8Array; readonly landmark: Uint8Array };

/** Fixed length, whatever the identifiers: nothing in it can be moved from one field to the next. */
export function probeContext(permit: {
  readonly sessionId: string;
  readonly jti: string;
  readonly landmarkId: string;
  readonly landmarkKey: Uint8Array;
}): ProbeContext {
  const sha256 = (purpose: string, a: Uint8Array, b: Uint8Array): Uint8Array =>
    new Uint8Array(hash('sha256', domain(purpose, a, b), 'buffer'));
  return {
    session: sha256('probe-session', toUtf8(permit.sessionId, 'sessionId'), toUtf8(permit.jti, 'jti')),
    landmark: sha256('probe-landmark', toUtf8(permit.landmarkId, 'landmarkId'), permit.landmarkKey),
  };
}

/** One key for the timed answers and nothing else, one for the messages around them. 32 bytes each. */
export type ProbeKeys = { readonly timed: Uint8Array; readonly untimed: Uint8Array };

/**
 * X25519 (RFC 7748) and HKDF-SHA256 (RFC 5869) over a context of fixed length: session, landmark and both public keys. Both
 * sides come to the same keys, and nobody who lacks one of the private keys does.
 *
 * @param own this side's private key
 * @param host the host's public key and `landmark` the landmark's, whichever of them is this side's
 * @throws FormatError `bad_value` for a public key of small order: the secret would be zero, known to everybody (RFC 7748, 6.1)
 */
export function agreeKeys(
  own: KeyObject,
  peer: Uint8Array,
  context: ProbeContext,
  { host, landmark }: { readonly host: Uint8Array; readonly landmark: Uint8Array },
): ProbeKeys {
  const shared = sharedSecret(own, peer);
  const info = domain('probe-keys', concatBytes([context.session, context.landmark, host, landmark]));
  const okm = new Uint8Array(hkdfSync('sha256', shared, new Uint8Array(0), info, 2 * KEY_BYTES));
  return { timed: okm.subarray(0, KEY_BYTES), untimed: okm.subarray(KEY_BYTES) };
}

function sharedSecret(privateKey: KeyObject, peer: Uint8Array): Uint8Array {
  const publicKey = publicKeyOf('X25519', peer);
  let secret: Uint8Array = new Uint8Array(KEY_BYTES);
  try {
    secret = diffieHellman({ privateKey, publicKey });
  } catch {
    // OpenSSL refuses points of small order by itself; should it ever not, the secret is zero all the same.
  }
  if (secret.some((byte) => byte !== 0)) return secret;
  throw new FormatError('bad_value', 'the X25519 secret is zero', {
    path: 'exchangeKey',
    expected: 'a public key of full order',
    actual: 'one of small order',
  });
}

function requireKeyBytes(raw: Uint8Array): void {
  if (raw.length === KEY_BYTES) return;
  throw new FormatError('bad_value', `a key has ${raw.length} bytes, not ${KEY_BYTES}`, {
    path: 'key',
    expected: `${KEY_BYTES} bytes`,
    actual: `${raw.length} bytes`,
  });
}
