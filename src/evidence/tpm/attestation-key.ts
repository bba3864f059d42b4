import { createPublicKey, hash, type KeyObject } from 'node:crypto';
import { FormatError } from '../../bytes/errors.ts';
import { type Curve, curveByOpensslName } from './algorithms.ts';
import { TpmError } from './errors.ts';
import { parseTpm2bPublic, type TpmtPublic } from './public.ts';
import { importPublicKey } from './public-key.ts';

/** The key that signs quotes, imported once, with what `node:crypto` is slow to tell about it. */
export type AttestationKey = {
  readonly key: KeyObject;
  /** Null for an elliptic curve that TPMs do not sign quotes on. */
  readonly kind:
    | { readonly type: 'rsa'; readonly bits: number; readonly exponent: bigint }
    | { readonly type: 'ecc'; readonly curve: Curve | null };
  /** Null for a key known only as SubjectPublicKeyInfo: then neither attributes, scheme nor name can be judged. */
  readonly publicArea: TpmtPublic | null;
};

/**
 * Importing a P-256 key costs a third of a verification, so keys that come again are kept. Each entry holds a key of a
 * few hundred bytes; at the bound the oldest goes, so a flood of new keys costs time and never memory.
 */
const MAX_CACHED_KEYS = 4096;
const cache = new Map<string, AttestationKey>();

/**
 * The key of a TPM2B_PUBLIC.
 * @throws FormatError; TpmError `tpm_key_unusable`
 * @remarks Says nothing about whose key it is. Whether a TPM holds it was shown by credential activation, or was not.
 */
export function attestationKeyFromPublic(tpm2bPublic: Uint8Array): AttestationKey {
  const id = hash('sha256', tpm2bPublic, 'base64url');
  const known = cache.get(id);
  if (known !== undefined) return known;
  // Copied: the cached area must not change when the caller uses its buffer again.
  const publicArea = parseTpm2bPublic(Uint8Array.from(tpm2bPublic));
  const made = describeKey(importPublicKey(publicArea), publicArea);
  remember(id, made);
  return made;
}

const PEM = /^\s*-----BEGIN PUBLIC KEY-----\r?\n[A-Za-z0-9+/=\r\n]+-----END PUBLIC KEY-----\s*$/;

/** An AK's PEM is about 450 bytes for RSA-2048 and 800 for RSA-4096. */
const MAX_PEM_CHARACTERS = 4096;

/**
 * The key of a PEM `PUBLIC KEY` (SubjectPublicKeyInfo). A certificate or private key in its place is refused.
 * @throws FormatError; TpmError `tpm_key_unusable`
 */
export function attestationKeyFromPem(pem: string): AttestationKey {
  if (pem.length > MAX_PEM_CHARACTERS || !PEM.test(pem)) {
    throw new FormatError('bad_value', 'ak.pem is not one PEM public key', {
      path: 'ak.pem',
      expected: '-----BEGIN PUBLIC KEY-----',
    });
  }
  // Apart from the public areas' ids: else a PEM text in the place of a TPM2B_PUBLIC would be found here, not refused.
  const id = `pem ${hash('sha256', pem, 'base64url')}`;
  const known = cache.get(id);
  if (known !== undefined) return known;
  const made = describeKey(importPem(pem), null);
  remember(id, made);
  return made;
}

function importPem(pem: string): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: pem, format: 'pem', type: 'spki' });
  } catch (cause) {
    throw new TpmError('tpm_key_unusable', 'ak.pem holds no usable key', { path: 'ak.pem', cause });
  }
  if (key.asymmetricKeyType === 'rsa' || key.asymmetricKeyType === 'ec') return key;
  throw new TpmError('tpm_key_unusable', 'ak.pem holds a key of a kind that TPMs do not sign quotes with', {
    path: 'ak.pem',
    expected: 'rsa or ec',
    actual: `${key.asymmetricKeyType}`,
  });
}

function describeKey(key: KeyObject, publicArea: TpmtPublic | null): AttestationKey {
  const { modulusLength, publicExponent, namedCurve } = key.asymmetricKeyDetails ?? {};
  const kind =
    key.asymmetricKeyType === 'rsa'
      ? { type: 'rsa' as const, bits: modulusLength ?? 0, exponent: publicExponent ?? 0n }
      : { type: 'ecc' as const, curve: curveByOpensslName(namedCurve ?? '') ?? null };
  return Object.freeze({ key, kind, publicArea });
}

function remember(id: string, key: AttestationKey): void {
  if (cache.size >= MAX_CACHED_KEYS) {
    const oldest = cache.keys().next();
    if (!oldest.done) cache.delete(oldest.value);
  }
  cache.set(id, key);
}
