import { hash } from 'node:crypto';
import { SextantError } from '../../../bytes/errors.ts';
import { toHex } from '../../../bytes/text.ts';
import { nameText, parseCertificate } from '../../../pki/index.ts';
import type { EfiSignature } from './signature-list.ts';

const OWNER_BYTES = 16;
const SHA256_BYTES = 32;

/** A key of Secure Boot. */
export type Signer = {
  /** Position of its event in the log. */
  readonly event: number;
  /** Where the firmware or shim found it: `db`, `Shim`, `MokList`, ... */
  readonly variable: string;
  /** SHA-256 of the certificate, DER; of an image that a database names by digest, that digest. */
  readonly sha256: string;
  /** For people; null where the certificate is not one that is read here. */
  readonly subject: string | null;
};

/** Where a key was found. */
type Found = Pick<Signer, 'event' | 'variable'>;

/**
 * The key that EV_EFI_VARIABLE_AUTHORITY names: an EFI_SIGNATURE_DATA, or a certificate without its owner, as shim measures
 * its own and old ones measured every other. Null for what is neither, which then is not understood.
 */
export function readAuthority(data: Uint8Array, found: Found): Signer | null {
  if (data.length === OWNER_BYTES + SHA256_BYTES) {
    return { ...found, sha256: toHex(data.subarray(OWNER_BYTES)), subject: null };
  }
  for (const certificate of [data, data.subarray(OWNER_BYTES)]) {
    if (isWholeSequence(certificate)) return certified(certificate, found);
  }
  return null;
}

/** The certificates and digests of PK, KEK or db. */
export function signersOf(signatures: readonly EfiSignature[], found: Found): Signer[] {
  return signatures.flatMap(({ type, data }) => {
    if (type === 'x509') return [certified(data, found)];
    return type === 'sha256' ? [{ ...found, sha256: toHex(data), subject: null }] : [];
  });
}

function certified(certificate: Uint8Array, found: Found): Signer {
  return { ...found, sha256: hash('sha256', certificate), subject: subjectOf(certificate) };
}

/** For people: vendors' certificates are not all strict DER, and the digest above is the identity. */
function subjectOf(certificate: Uint8Array): string | null {
  try {
    return nameText(parseCertificate(certificate).subject);
  } catch (error) {
    if (!(error instanceof SextantError)) throw error;
    return null;
  }
}

/** A DER SEQUENCE with a length in two octets, as every certificate that signs has, and nothing behind it. */
function isWholeSequence(bytes: Uint8Array): boolean {
  const [tag, form, high = 0, low = 0] = bytes;
  return tag === 0x30 && form === 0x82 && bytes.length === 4 + high * 256 + low;
}
