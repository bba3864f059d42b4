import { createHmac } from 'node:crypto';
import { TpmError } from './errors.ts';
import { kdfA } from './kdf.ts';
import type { TpmtPublic } from './public.ts';

/** The label of seeds for credentials (Part 1, 24.4). */
export const IDENTITY = 'IDENTITY';

const NOTHING = new Uint8Array();

/** What protects one credential (Part 1, 24.5): a cipher key bound to the AK's name, and an integrity key. */
export type CredentialKeys = {
  readonly cipher: 'aes-128-cfb' | 'aes-192-cfb' | 'aes-256-cfb';
  readonly symKey: Uint8Array;
  readonly hmacKey: Uint8Array;
};

/** @throws TpmError `tpm_ek_unsuitable` for a key without a symmetric cipher, which is no storage key */
export function credentialKeys(ekPublic: TpmtPublic, seed: Uint8Array, akName: Uint8Array): CredentialKeys {
  const { nameAlg, symmetric } = ekPublic;
  if (symmetric === null) {
    throw new TpmError('tpm_ek_unsuitable', 'the endorsement key fixes no symmetric cipher', {
      path: 'tpmtPublic.parameters.symmetric',
      expected: 'AES in CFB mode',
      actual: 'TPM_ALG_NULL',
    });
  }
  return {
    cipher: `aes-${symmetric.keyBits}-cfb`,
    symKey: kdfA(nameAlg, seed, 'STORAGE', akName, NOTHING, symmetric.keyBits),
    hmacKey: kdfA(nameAlg, seed, 'INTEGRITY', NOTHING, NOTHING, nameAlg.digestBytes * 8),
  };
}

/** outerHMAC (Part 1, 24.5): over the ciphertext and the name, so neither can be exchanged. */
export function outerHmac(
  ekPublic: TpmtPublic,
  keys: CredentialKeys,
  encIdentity: Uint8Array,
  akName: Uint8Array,
): Uint8Array {
  return createHmac(ekPublic.nameAlg.name, keys.hmacKey).update(encIdentity).update(akName).digest();
}

/** The initialisation vector is zero (Part 1, 24.5): each seed, and so each key, is used once. */
export const ZERO_IV = new Uint8Array(16);
