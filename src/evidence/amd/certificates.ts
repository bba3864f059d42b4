import { FormatError } from '../../bytes/errors.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import {
  attributeTexts,
  type Certificate,
  type Name,
  OID,
  parseCertificate,
  parsePem,
} from '../../pki/index.ts';
import type { CheckList } from '../check.ts';
import { DerCache } from './der-cache.ts';

/** What DER certificates and CRLs begin with: a constructed SEQUENCE. PEM begins with text. */
const SEQUENCE = 0x30;

/** A chip's certificates are presented with every report of it. */
const parsed = new DerCache(2048, parseCertificate);

/**
 * The DER of the certificates in a file: one in DER, or any number in PEM.
 *
 * @throws FormatError for text without a certificate; DER is not looked into
 */
export function readCertificates(file: Uint8Array): Uint8Array[] {
  return file[0] === SEQUENCE ? [file] : parsePem(fromUtf8(file, 'certificates'));
}

/** The DER of a CRL in DER or PEM. @throws FormatError */
export function readCrl(file: Uint8Array): Uint8Array {
  if (file[0] === SEQUENCE) return file;
  const [crl = file] = parsePem(fromUtf8(file, 'crl'), 'X509 CRL');
  return crl;
}

/** What was presented with a report, sorted: an endorsement key's certificate is no CA's. */
export type SnpCertificates = {
  readonly leaves: readonly Certificate[];
  readonly cas: readonly Certificate[];
};

/** `snp.certificates`: whatever was presented can be read. One that cannot proves nothing, and hides what it is. */
export function checkCertificates(checks: CheckList, ders: readonly Uint8Array[]): SnpCertificates {
  const leaves: Certificate[] = [];
  const cas: Certificate[] = [];
  let fault: string | null = null;
  for (const [index, der] of ders.entries()) {
    try {
      const certificate = parsed.read(der);
      (isCa(certificate) ? cas : leaves).push(certificate);
    } catch (error) {
      if (!(error instanceof FormatError)) throw error;
      fault ??= `${index + 1} of ${ders.length}: ${error.message}`;
    }
  }
  checks.expect(
    'snp.certificates',
    fault === null,
    'DER certificates',
    fault ?? `${ders.length} certificates`,
  );
  return { leaves, cas };
}

function isCa({ extensions }: Certificate): boolean {
  return extensions.basicConstraints?.value.cA === true;
}

/** A report's checks ask the names of the same few certificates again and again. */
const commonNames = new WeakMap<Name, string>();

/** The common name; empty where there is none, or more than one. */
export function commonName(name: Name): string {
  const known = commonNames.get(name);
  if (known !== undefined) return known;
  const [only, ...more] = attributeTexts(name, OID.commonName);
  const text = more.length === 0 ? (only ?? '') : '';
  commonNames.set(name, text);
  return text;
}
