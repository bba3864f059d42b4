import { FormatError } from '../../bytes/errors.ts';
import { type Certificate, type Crl, parseCertificate, parseCrl } from '../../pki/index.ts';
import { readCertificateTable } from './certificate-table.ts';
import { commonName, readCertificates, readCrl } from './certificates.ts';
import { SNP_PRODUCTS, type SnpProduct } from './evidence.ts';
import { AT, REPORT_BYTES } from './layout.ts';
import { productOfCpu } from './product.ts';

/**
 * SEV-SNP evidence as files, as guest tools, the key distribution service and Linux's configfs-tsm leave them:
 *
 * | file | holds |
 * |---|---|
 * | report.bin | ATTESTATION_REPORT, perhaps with the certificate table behind it |
 * | vcek or vlek, ask, ark, cert_chain, ask_ark_asvk and their like, .pem or .der | certificates, any number in PEM |
 * | auxblob.bin or certs.bin | the host's certificate table |
 * | crl.der or crl.pem, or *.crl | the ARK's CRL |
 *
 * Certificates under other names are read too; what is none is then passed over.
 */
type Files = ReadonlyMap<string, Uint8Array>;

export type SnpFolder = {
  readonly report: Uint8Array;
  readonly certificates: readonly Uint8Array[];
  readonly crl: Uint8Array | null;
};

const REPORT_NAME = /^(?:(?:attestation|guest|snp)[-_]?)?report\.bin$|^outblob(?:\.bin)?$/;
const TABLE_NAME = /^(?:auxblob|certs)(?:\.bin)?$/;
const CRL_NAME = /^(?:[\w.-]*[-_])?crl(?:[-_][\w.-]*)?\.(?:der|pem)$|\.crl$/i;
const CERTIFICATE_NAME = /\.(?:pem|der|crt|cer)$/i;
const ENDORSEMENT_NAME =
  /^(?:vcek|vlek|ask|asvk|ark|ask_ark\w*|ark_ask\w*|cert_chain)\.(?:pem|der|crt|cer)$/i;

/** By names and a few bytes: a report is there, whether or not it is a good one. */
export function hasReport(files: Files): boolean {
  const [only, ...more] = files;
  if (only === undefined) return false;
  if (more.length === 0) return only[1].length === REPORT_BYTES ? isSigned(only[1]) : isLikely(only[1]);
  return [...files].some(
    ([name, bytes]) => REPORT_NAME.test(name) && (isLikely(bytes) || [...files.keys()].some(isEndorsement)),
  );
}

function isEndorsement(name: string): boolean {
  return ENDORSEMENT_NAME.test(name) || TABLE_NAME.test(name);
}

/** SIGNATURE_ALGO 1, where no other evidence has it. */
function isSigned(bytes: Uint8Array): boolean {
  return bytes.length >= AT.currentTcb && u32(bytes, AT.signatureAlgo) === 1;
}

function isLikely(bytes: Uint8Array): boolean {
  const version = bytes.length >= 4 ? u32(bytes, AT.version) : 0;
  return isSigned(bytes) && version >= 1 && version <= 15;
}

function u32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

/**
 * Sorts the files out.
 *
 * @param collateral certificates and CRLs from elsewhere; those beside the report count first
 * @throws FormatError for a certificate table, or a file that by its name holds certificates, that cannot be read
 */
export function readSnpFolder(files: Files, collateral: Files): SnpFolder {
  const file = reportFile(files);
  const report = file.subarray(0, REPORT_BYTES);
  const tables = [...files].filter(([name]) => TABLE_NAME.test(name)).map(([, bytes]) => bytes);
  // Guest tools write the extended report's two parts behind each other.
  if (file.length > REPORT_BYTES) tables.push(file.subarray(REPORT_BYTES));
  const read = tables.map(readCertificateTable);
  const all = new Map([...collateral, ...files]);
  const certificates = [
    ...read.flatMap((table) => table.certificates),
    ...[...all].flatMap(([name, bytes]) => certificatesIn(name, bytes)),
  ];
  const crls = [
    ...[...all].filter(([name]) => CRL_NAME.test(name)).map(([name, bytes]) => crlIn(name, bytes)),
    ...read.flatMap(({ crl }) => crl ?? []),
  ];
  return { report, certificates, crl: chooseCrl(crls, linesOf(report, certificates)) };
}

function reportFile(files: Files): Uint8Array {
  const [first, ...more] = files;
  const named = [...files].find(([name]) => REPORT_NAME.test(name));
  const found = more.length === 0 ? first : named;
  if (found !== undefined) return found[1];
  throw new FormatError('truncated', 'report.bin is missing', { path: 'report.bin' });
}

function certificatesIn(name: string, bytes: Uint8Array): Uint8Array[] {
  if (!CERTIFICATE_NAME.test(name) || CRL_NAME.test(name)) return [];
  try {
    const ders = readCertificates(bytes);
    return ENDORSEMENT_NAME.test(name) ? ders : ders.filter((der) => parsed(der) !== null);
  } catch (error) {
    if (!(error instanceof FormatError)) throw error;
    if (!ENDORSEMENT_NAME.test(name)) return [];
    throw new FormatError(error.code, `${name}: ${error.message}`, { path: name, cause: error });
  }
}

/** What is no CRL is handed on as it is: that it cannot be read is a finding. */
function crlIn(name: string, bytes: Uint8Array): Uint8Array {
  try {
    return /\.pem$/i.test(name) ? readCrl(bytes) : bytes;
  } catch (error) {
    if (error instanceof FormatError) return bytes;
    throw error;
  }
}

/** The product lines that the report may be of: its own word, or for version 2 those of the CAs above what was presented. */
function linesOf(report: Uint8Array, certificates: readonly Uint8Array[]): readonly SnpProduct[] {
  const [family = 0, model = 0, stepping = 0] = report.subarray(AT.cpuid, AT.cpuid + 3);
  const product = productOfCpu({ family, model, stepping });
  if (product !== null) return [product];
  const issuers = new Set(certificates.flatMap((der) => parsed(der)?.issuer ?? []).map(commonName));
  return SNP_PRODUCTS.filter((line) => issuers.has(`SEV-${line}`) || issuers.has(`SEV-VLEK-${line}`));
}

/** Of several, as collateral for more lines than one has them, the newest of this line's ARK; else the first. */
function chooseCrl(ders: readonly Uint8Array[], lines: readonly SnpProduct[]): Uint8Array | null {
  const names = lines.map((line) => `ARK-${line}`);
  const ofLine = ders
    .flatMap((der) => {
      const crl = parsedCrl(der);
      return crl !== null && names.includes(commonName(crl.issuer)) ? [{ der, crl }] : [];
    })
    .toSorted((a, b) => b.crl.thisUpdate.getTime() - a.crl.thisUpdate.getTime());
  return ofLine[0]?.der ?? ders[0] ?? null;
}

function parsed(der: Uint8Array): Certificate | null {
  return orNull(() => parseCertificate(der));
}

function parsedCrl(der: Uint8Array): Crl | null {
  return orNull(() => parseCrl(der));
}

function orNull<T>(read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (error instanceof FormatError) return null;
    throw error;
  }
}
