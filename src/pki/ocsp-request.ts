import { TAG } from '../bytes/der-tag.ts';
import {
  writeElement,
  writeExplicit,
  writeNull,
  writeObjectIdentifier,
  writeOctetString,
  writeSequence,
} from '../bytes/der-writer.ts';
import { FormatError } from '../bytes/errors.ts';
import type { Certificate } from './certificate.ts';
import { ID_PKIX_OCSP_NONCE, MAX_NONCE_OCTETS } from './ocsp.ts';
import { type CertIdHash, certIdOf } from './ocsp-cert-id.ts';
import type { KeyHolder } from './revocation-context.ts';

export type OcspRequestInput = {
  readonly certificate: Certificate;
  readonly issuer: KeyHolder;
  /** SHA-1 is what every responder answers (RFC 5019); it selects the issuer and protects nothing. */
  readonly hash: CertIdHash;
  /** 1 to 128 bytes, 32 by RFC 9654's advice; null asks for a response that may have been made beforehand. */
  readonly nonce: Uint8Array | null;
};

/**
 * The DER of an unsigned OCSPRequest for one certificate (RFC 6960, section 4.1.1): the body of the POST.
 *
 * @throws FormatError `bad_value` for a nonce that is none
 */
export function writeOcspRequest({ certificate, issuer, hash, nonce }: OcspRequestInput): Uint8Array {
  const certId = certIdOf(certificate, issuer, hash);
  const reqCert = writeSequence(
    writeSequence(writeObjectIdentifier(certId.hashAlgorithm), writeNull()),
    writeOctetString(certId.issuerNameHash),
    writeOctetString(certId.issuerKeyHash),
    writeElement(TAG.integer, certId.serialNumber),
  );
  const requestList = writeSequence(writeSequence(reqCert));
  if (nonce === null) return writeSequence(writeSequence(requestList));
  if (nonce.length === 0 || nonce.length > MAX_NONCE_OCTETS) {
    throw new FormatError('bad_value', `a nonce has 1 to ${MAX_NONCE_OCTETS} bytes`, {
      path: 'nonce',
      actual: `${nonce.length}`,
    });
  }
  const extension = writeSequence(
    writeObjectIdentifier(ID_PKIX_OCSP_NONCE),
    writeOctetString(writeOctetString(nonce)),
  );
  return writeSequence(writeSequence(requestList, writeExplicit(2, writeSequence(extension))));
}
