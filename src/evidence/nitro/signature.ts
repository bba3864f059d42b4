import { verify } from 'node:crypto';
import { sigStructure } from '../../bytes/cose.ts';
import { type Certificate, importPublicKey, SignatureError } from '../../pki/index.ts';
import type { NitroEnvelope } from './envelope.ts';

/** Whether this key, of P-384, signed the Sig_structure (RFC 9052, 4.4) of the document, by ES384 (RFC 9053, 2.1). */
export function documentSignatureHolds(envelope: NitroEnvelope, { publicKey }: Certificate): boolean {
  try {
    const key = importPublicKey(publicKey);
    return verify('sha384', sigStructure(envelope), { key, dsaEncoding: 'ieee-p1363' }, envelope.signature);
  } catch (error) {
    // A point off the curve: no key, so it signed nothing.
    if (error instanceof SignatureError) return false;
    throw error;
  }
}
