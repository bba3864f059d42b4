import { createCipheriv } from 'node:crypto';
import { type Credential, toTpm2b } from './credential.ts';
import { credentialKeys, IDENTITY, outerHmac, ZERO_IV } from './credential-keys.ts';
import { TpmError } from './errors.ts';
import type { TpmtPublic } from './public.ts';
import { type Encapsulated, encapsulateEcc, encapsulateRsa, ephemeralScalar } from './seed.ts';

/** How much randomness {@link makeCredential} takes, whatever the key: a seed and a salt, or an ephemeral scalar. */
export const CREDENTIAL_ENTROPY_BYTES = 128;

/** HMAC keys of fewer bytes could be searched; longer secrets than a digest do not fit (Part 3, 12.6). */
const SMALLEST_SECRET_BYTES = 16;

export type MakeCredentialInput = {
  /** The endorsement key that may open it: RSA or ECC with AES-CFB. See `checkEkTemplate` for what it must be. */
  readonly ekPublic: TpmtPublic;
  /** Name of the key that must stand beside it: TPM2B_NAME without size. */
  readonly akName: Uint8Array;
  /** 16 bytes up to a digest of the EK's name hash. */
  readonly secret: Uint8Array;
  /** {@link CREDENTIAL_ENTROPY_BYTES} fresh, uniformly random bytes, used for nothing else. */
  readonly entropy: Uint8Array;
};

/**
 * TPM2_MakeCredential (Part 3, 12.6; Part 1, section 24), in software.
 *
 * Whoever returns `secret` holds, in one TPM, the private half of `ekPublic` and a loaded key of name `akName`: that,
 * and no more. The endorsement key's own genuineness is for its certificate to prove.
 *
 * @throws TpmError `tpm_bad_argument`, `tpm_ek_unsuitable`, `tpm_key_unusable`
 */
export function makeCredential({ ekPublic, akName, secret, entropy }: MakeCredentialInput): Credential {
  const { digestBytes } = ekPublic.nameAlg;
  if (entropy.length !== CREDENTIAL_ENTROPY_BYTES) {
    throw badLength('entropy', `${CREDENTIAL_ENTROPY_BYTES} bytes`, entropy);
  }
  if (secret.length < SMALLEST_SECRET_BYTES || secret.length > digestBytes) {
    throw badLength('secret', `${SMALLEST_SECRET_BYTES} to ${digestBytes} bytes`, secret);
  }
  const { seed, encryptedSecret } = encapsulate(ekPublic, entropy);
  const keys = credentialKeys(ekPublic, seed, akName);
  const encIdentity = createCipheriv(keys.cipher, keys.symKey, ZERO_IV).update(toTpm2b(secret));
  const integrityHmac = outerHmac(ekPublic, keys, encIdentity, akName);
  const credentialBlob = new Uint8Array(Buffer.concat([toTpm2b(integrityHmac), encIdentity]));
  return { credentialBlob, encryptedSecret: new Uint8Array(encryptedSecret) };
}

function encapsulate(ekPublic: TpmtPublic, entropy: Uint8Array): Encapsulated {
  if (ekPublic.type === 'ecc') {
    return encapsulateEcc(ekPublic, IDENTITY, ephemeralScalar(ekPublic.curve, entropy));
  }
  const { digestBytes } = ekPublic.nameAlg;
  const saltBytes = ekPublic.scheme?.hash?.digestBytes ?? digestBytes;
  const salt = entropy.subarray(digestBytes, digestBytes + saltBytes);
  return encapsulateRsa(ekPublic, IDENTITY, entropy.subarray(0, digestBytes), salt);
}

function badLength(what: string, expected: string, actual: Uint8Array): TpmError {
  return new TpmError('tpm_bad_argument', `${what} is ${actual.length} bytes, not ${expected}`, {
    path: what,
    expected,
    actual: `${actual.length} bytes`,
  });
}
