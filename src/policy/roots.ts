import { FormatError } from '../bytes/errors.ts';
import { fromUtf8 } from '../bytes/text.ts';
import type { EvidenceFolder } from '../evidence/format.ts';
import { anchorFromCertificate, parseCertificate, parsePem, type TrustAnchor } from '../pki/index.ts';

/**
 * The anchors that somebody names: certificates in files, DER or PEM, and PEM texts of a policy. Every file must be one:
 * a root that was silently left out would refuse genuine evidence and leave nobody a reason.
 *
 * @throws FormatError with the file's name in `path`
 */
export function parseRoots(files: EvidenceFolder, pems: readonly string[]): readonly TrustAnchor[] {
  return [
    ...[...files].flatMap(([name, bytes]) => named(name, () => certificates(name, bytes))),
    ...pems.flatMap((pem, index) => named(`policy.roots.${index}`, () => parsePem(pem).map(anchor))),
  ];
}

/** What every DER certificate begins with: a constructed SEQUENCE. PEM may begin with any text (RFC 7468, 2). */
const SEQUENCE = 0x30;

function certificates(name: string, bytes: Uint8Array): TrustAnchor[] {
  return bytes[0] === SEQUENCE ? [anchor(bytes)] : parsePem(fromUtf8(bytes, name)).map(anchor);
}

function anchor(der: Uint8Array): TrustAnchor {
  return anchorFromCertificate(parseCertificate(der));
}

function named<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (!(cause instanceof FormatError)) throw cause;
    throw new FormatError(cause.code, `${path} is not a certificate: ${cause.message}`, { path, cause });
  }
}
