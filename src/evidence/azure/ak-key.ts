import {
  writeBitString,
  writeInteger,
  writeNull,
  writeObjectIdentifier,
  writeSequence,
} from '../../bytes/der-writer.ts';
import { equalBytes } from '../../bytes/equal.ts';
import { type Certificate, OID, writePem } from '../../pki/index.ts';
import { type AttestationKey, attestationKeyFromPem } from '../tpm/index.ts';
import type { RsaJwk } from './runtime-claims.ts';

/** SubjectPublicKeyInfo (RFC 5280, 4.1.2.7; RFC 8017, A.1.1) of a key that the claims name. */
export function subjectPublicKeyInfo({ modulus, exponent }: RsaJwk): Uint8Array {
  return writeSequence(
    writeSequence(writeObjectIdentifier(OID.rsaEncryption), writeNull()),
    writeBitString(writeSequence(writeInteger(modulus), writeInteger(exponent))),
  );
}

/**
 * HCLAkPub as a key that verifies quotes.
 *
 * @throws TpmError `tpm_key_unusable`
 * @remarks The claims give no public area, so attributes, scheme and name of the key cannot be judged. The paravisor made
 * the key and is measured: whoever trusts its measurement trusts what it says of its own vTPM.
 */
export function attestationKeyOf(ak: RsaJwk): AttestationKey {
  return attestationKeyFromPem(writePem(subjectPublicKeyInfo(ak), 'PUBLIC KEY'));
}

/** Whether a certificate is about just this key. */
export function certifies({ publicKey: { key } }: Certificate, { modulus, exponent }: RsaJwk): boolean {
  return key.kind === 'rsa' && equalBytes(key.modulus, modulus) && equalBytes(key.exponent, exponent);
}
