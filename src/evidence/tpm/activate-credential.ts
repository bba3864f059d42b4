import { createDecipheriv, type KeyObject, timingSafeEqual } from 'node:crypto';
import { Cursor } from '../../bytes/cursor.ts';
import { MAX_DIGEST_BYTES } from './algorithms.ts';
import { type Credential, parseIdObject } from './credential.ts';
import { credentialKeys, IDENTITY, outerHmac, ZERO_IV } from './credential-keys.ts';
import { TpmError } from './errors.ts';
import type { TpmtPublic } from './public.ts';
import { decapsulateEcc, decapsulateRsa } from './seed.ts';

/**
 * TPM2_ActivateCredential (Part 3, 12.5) for a TPM made in software: the counterpart of `makeCredential`, and its test.
 *
 * @param ekPrivate the endorsement key's private half, RSA or EC as `ekPublic` says
 * @param akName the name of the key that is loaded
 * @throws TpmError `tpm_credential_rejected`: made for another EK or another AK, or altered; FormatError
 */
export function activateCredential(
  ekPublic: TpmtPublic,
  ekPrivate: KeyObject,
  akName: Uint8Array,
  credential: Credential,
): Uint8Array {
  const { integrityHmac, encIdentity } = parseIdObject(credential.credentialBlob);
  const seed =
    ekPublic.type === 'rsa'
      ? decapsulateRsa(ekPublic, IDENTITY, ekPrivate, credential.encryptedSecret)
      : decapsulateEcc(ekPublic, IDENTITY, scalarOf(ekPrivate), credential.encryptedSecret);
  const keys = credentialKeys(ekPublic, seed, akName);
  const expected = outerHmac(ekPublic, keys, encIdentity, akName);
  if (expected.length !== integrityHmac.length || !timingSafeEqual(expected, integrityHmac)) {
    throw new TpmError(
      'tpm_credential_rejected',
      'the integrity value does not match: another key, or altered',
    );
  }
  const identity = createDecipheriv(keys.cipher, keys.symKey, ZERO_IV).update(encIdentity);
  const cursor = new Cursor(identity, 'credential');
  const secret = cursor.sized16be('identity', MAX_DIGEST_BYTES);
  cursor.end();
  return Uint8Array.from(secret);
}

function scalarOf(key: KeyObject): Uint8Array {
  const { d } = key.export({ format: 'jwk' });
  if (d === undefined) throw new TpmError('tpm_bad_argument', 'the endorsement key is no EC private key');
  return new Uint8Array(Buffer.from(d, 'base64url'));
}
