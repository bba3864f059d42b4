import { createCipheriv, createDecipheriv, createHash, createSecretKey, type KeyObject } from 'node:crypto';
import { domain } from '../../bytes/domain.ts';
import { formatPem, parsePem } from '../../bytes/pem.ts';
import { fromUtf8, toUtf8 } from '../../bytes/text.ts';
import type { Random } from '../context.ts';

const LABEL = 'SEXTANT SEALING KEY';
const KEY_BYTES = 32;
const IV_BYTES = 12;
const TAG_BYTES = 16;
const SEALED = /^sealed\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]+)$/;

/** A key of AES-256-GCM for secrets that the verifier must be able to read again. */
export type SealingKey = {
  /** RFC 7638 thumbprint of the key as an `oct` JWK: of 32 random bytes it tells nothing. */
  readonly kid: string;
  readonly secret: KeyObject;
};

export function generateSealingKeyPem(random: Random): string {
  return formatPem(LABEL, random(KEY_BYTES));
}

/** @throws FormatError where it is no such PEM; TypeError where it is no key of 256 bits */
export function sealingKeyFromPem(pem: string): SealingKey {
  const [bytes, ...more] = parsePem(pem, { label: LABEL, maxBytes: 1024 });
  if (bytes?.length !== KEY_BYTES || more.length > 0)
    throw new TypeError('expected one sealing key of 256 bits');
  const k = Buffer.from(bytes).toString('base64url');
  const kid = createHash('sha256')
    .update(JSON.stringify({ k, kty: 'oct' }))
    .digest('base64url');
  return { kid, secret: createSecretKey(bytes) };
}

/**
 * `sealed.<kid>.<IV, ciphertext and tag>`, AES-256-GCM with a random IV of 96 bits: a key may seal 2^32 texts, and people are what makes
 * new secrets.
 *
 * @param about what the secret is and whose: opens as no other's
 */
export function sealText(
  { kid, secret }: SealingKey,
  about: Uint8Array,
  text: string,
  random: Random,
): string {
  const iv = random(IV_BYTES);
  const cipher = createCipheriv('aes-256-gcm', secret, iv);
  cipher.setAAD(associated(kid, about));
  const bytes = Buffer.concat([
    iv,
    cipher.update(toUtf8(text, 'secret')),
    cipher.final(),
    cipher.getAuthTag(),
  ]);
  return `sealed.${kid}.${bytes.toString('base64url')}`;
}

/** By which key something is sealed; null for what is not. */
export function sealedBy(text: string): string | null {
  return SEALED.exec(text)?.[1] ?? null;
}

/** Null where it is not sealed by this key, is about something else, or was changed since. */
export function openText({ kid, secret }: SealingKey, about: Uint8Array, sealed: string): string | null {
  const [, by, base64 = ''] = SEALED.exec(sealed) ?? [];
  const bytes = Buffer.from(base64, 'base64url');
  if (by !== kid || bytes.length < IV_BYTES + TAG_BYTES) return null;
  const decipher = createDecipheriv('aes-256-gcm', secret, bytes.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associated(kid, about));
  decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
  const text = decipher.update(bytes.subarray(IV_BYTES, -TAG_BYTES));
  try {
    return fromUtf8(Buffer.concat([text, decipher.final()]), 'secret');
  } catch {
    // GCM says no more than that it is not authentic.
    return null;
  }
}

function associated(kid: string, about: Uint8Array): Uint8Array {
  return domain('sealed-secret', toUtf8(kid, 'kid'), about);
}
