import { DerReader } from '../bytes/der.ts';
import { contextConstructed, TAG } from '../bytes/der-tag.ts';

const SIGNED_DATA = '1.2.840.113549.1.7.2';
/** A whole industry's authorities in one file. */
const MAX_BUNDLE_BYTES = 8 << 20;
const MAX_CERTIFICATES = 4096;
const MAX_CERTIFICATE_BYTES = 65_535;

/** Whether DER begins as a ContentInfo (its first member is an OBJECT IDENTIFIER) and not as a certificate. */
export function isContentInfo(bytes: Uint8Array): boolean {
  const [tag, length = 0] = bytes;
  const header = length < 0x80 ? 2 : 2 + (length & 0x7f);
  return tag === TAG.sequence && bytes[header] === TAG.oid;
}

/**
 * The certificates in a "certs-only" message (RFC 8551, 3.2.2; a SignedData of RFC 5652, 5.1, that nobody signed), which is
 * what .p7b files hold. Certificates of X.509 alone; CRLs beside them are passed over.
 *
 * @returns DER, in the order of the file, which nobody vouches for
 * @throws FormatError; `unsupported` for content of another type, or a message that somebody signed: nobody here would look
 *   at the signature
 */
export function parseCertsOnly(bytes: Uint8Array): Uint8Array[] {
  return DerReader.parse(bytes, 'ContentInfo', (outer) =>
    outer.sequence('contentInfo', MAX_BUNDLE_BYTES, (info) => {
      const type = info.oid('contentType');
      if (type !== SIGNED_DATA) throw info.error('unsupported', 'contentType', `is ${type}, not SignedData`);
      return info.nested(contextConstructed(0), 'content', MAX_BUNDLE_BYTES, (content) =>
        content.sequence('signedData', MAX_BUNDLE_BYTES, readSignedData),
      );
    }),
  );
}

function readSignedData(data: DerReader): Uint8Array[] {
  data.smallInteger('version', 5);
  data.element(TAG.set, 'digestAlgorithms', MAX_CERTIFICATE_BYTES);
  data.element(TAG.sequence, 'encapContentInfo', MAX_CERTIFICATE_BYTES);
  const certificates = data.has(contextConstructed(0))
    ? data.nested(contextConstructed(0), 'certificates', MAX_BUNDLE_BYTES, readCertificates)
    : [];
  if (data.has(contextConstructed(1))) data.skip('crls', MAX_BUNDLE_BYTES);
  const signers = data.element(TAG.set, 'signerInfos', MAX_BUNDLE_BYTES);
  if (signers.contents.length > 0) throw data.error('unsupported', 'signerInfos', 'is not empty');
  return certificates;
}

function readCertificates(reader: DerReader): Uint8Array[] {
  const found: Uint8Array[] = [];
  while (!reader.atEnd) {
    if (found.length === MAX_CERTIFICATES) {
      throw reader.error('budget_exceeded', 'certificates', `are more than ${MAX_CERTIFICATES}`);
    }
    found.push(reader.element(TAG.sequence, 'certificate', MAX_CERTIFICATE_BYTES).raw);
  }
  return found;
}
