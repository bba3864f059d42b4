import { constants, type KeyObject, sign } from 'node:crypto';
import {
  writeBitString,
  writeExplicit,
  writeInteger,
  writeNull,
  writeObjectIdentifier,
  writeSequence,
} from '../../bytes/der-writer.ts';

const OID = {
  rsassaPss: '1.2.840.113549.1.1.10',
  mgf1: '1.2.840.113549.1.1.8',
  sha384WithRsa: '1.2.840.113549.1.1.12',
  ecdsaWithSha384: '1.2.840.10045.4.3.3',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha384: '2.16.840.1.101.3.4.2.2',
  sha512: '2.16.840.1.101.3.4.2.3',
} as const;

/** How a certificate or a CRL is signed. AMD has one way; the others are for showing that they are refused. */
export type SigningForm = {
  readonly scheme: 'pss' | 'pkcs1' | 'ecdsa';
  readonly hash: 'sha256' | 'sha384' | 'sha512';
  readonly saltLength: number;
  /** AMD's authorities and older VCEKs spell out the default trailer field, newer VCEKs leave it out as DER asks. */
  readonly spellsTrailer: boolean;
};

/** AMD 57230, section 3: RSASSA-PSS with SHA-384, MGF1 with SHA-384, and a salt of 48 bytes. */
export const AMD_SIGNING: SigningForm = {
  scheme: 'pss',
  hash: 'sha384',
  saltLength: 48,
  spellsTrailer: true,
};

/** `toBeSigned` (whole elements of DER) in its algorithm, followed by the signature: the outer form of certificates and CRLs. */
export function signedSequence(
  write: (algorithm: Uint8Array) => Uint8Array,
  signer: KeyObject,
  form: SigningForm,
): Uint8Array {
  const algorithm = algorithmIdentifier(form);
  const toBeSigned = write(algorithm);
  return writeSequence(toBeSigned, algorithm, writeBitString(signature(toBeSigned, signer, form)));
}

function algorithmIdentifier({ scheme, hash, saltLength, spellsTrailer }: SigningForm): Uint8Array {
  if (scheme === 'ecdsa') return writeSequence(writeObjectIdentifier(OID.ecdsaWithSha384));
  if (scheme === 'pkcs1') return writeSequence(writeObjectIdentifier(OID.sha384WithRsa), writeNull());
  const hashed = writeSequence(writeObjectIdentifier(OID[hash]), writeNull());
  return writeSequence(
    writeObjectIdentifier(OID.rsassaPss),
    writeSequence(
      writeExplicit(0, hashed),
      writeExplicit(1, writeSequence(writeObjectIdentifier(OID.mgf1), hashed)),
      writeExplicit(2, writeInteger(saltLength)),
      ...(spellsTrailer ? [writeExplicit(3, writeInteger(1))] : []),
    ),
  );
}

function signature(bytes: Uint8Array, key: KeyObject, { scheme, hash, saltLength }: SigningForm): Uint8Array {
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  return new Uint8Array(sign(hash, bytes, scheme === 'pss' ? { key, padding, saltLength } : key));
}
