import { FormatError } from '../../bytes/errors.ts';
import { type Certificate, type Crl, parseCertificate, parseCrl } from '../../pki/index.ts';
import { readCertificateTable } from './certificate-table.ts';
import { commonName, readCertificates, readCrl } from './certificates.ts';
import { SNP_PRODUCTS, type SnpProduct } from './evidence.ts';
import { CRL_NAME, ENDORSEMENT_NAME, isCertificate, TABLE_NAME } from './folder-names.ts';
import { AT, REPORT_BYTES } from './layout.ts';
import { productOfCpu } from './product.ts';
import { reportFile } from './report-file.ts';

/**
 * SEV-SNP evidence as files, as guest tools, the key distribution service and Linux's configfs-tsm leave them:
 *
 * | file | holds |
 * |---|---|
 * | report.bin and its like | ATTESTATION_REPORT, perhaps with the certificate table behind it; or in hexadecimal or base64 |
 * | vcek or vlek, ask, ark, cert_chain, ask_ark_asvk and their like, .pem or .der | certificates, any number in PEM |
 * | auxblob.bin or certs.bin | the host's certificate table |
 * | crl.der or crl.pem, or *.crl | the ARK's CRL |
 *
 * Certificates under other names are read too; what is none is then passed over. So is a report under another name, where it
 * is the only one.
 */
type Files = ReadonlyMap<string, Uint8Array>;

export type SnpFolder = {
  readonly report: Uint8Array;
  readonly certificates: readonly Uint8Array[];
  readonly crl: Uint8Array | null;
};

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
  const lines = linesOf(report, certificates);
  const beside = [...crlsIn(all), ...read.flatMap(({ crl }) => crl ?? [])];
  return { report, certificates, crl: chooseCrl(beside, crlsIn(collateral), lines) };
}

function crlsIn(files: Files): Uint8Array[] {
  return [...files].filter(([name]) => CRL_NAME.test(name)).map(([name, bytes]) => crlIn(name, bytes));
}

function certificatesIn(name: string, bytes: Uint8Array): Uint8Array[] {
  if (!isCertificate(name)) return [];
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

/**
 * Of several, as collateral for more lines than one has them, the newest of this line's ARK; else the first. By its name a
 * file beside the report stands over one of the collateral: an older CRL must not hide so what a newer one says.
 */
function chooseCrl(
  beside: readonly Uint8Array[],
  collateral: readonly Uint8Array[],
  lines: readonly SnpProduct[],
): Uint8Array | null {
  const newest = newestOf(beside, lines);
  return newest === null ? (beside[0] ?? null) : newestOf([newest, ...collateral], lines);
}

function newestOf(ders: readonly Uint8Array[], lines: readonly SnpProduct[]): Uint8Array | null {
  const names = lines.map((line) => `ARK-${line}`);
  const ofLine = ders.flatMap((der) => {
    const crl = parsedCrl(der);
    return crl !== null && names.includes(commonName(crl.issuer)) ? [{ der, crl }] : [];
  });
  const [newest] = ofLine.toSorted((a, b) => b.crl.thisUpdate.getTime() - a.crl.thisUpdate.getTime());
  return newest?.der ?? null;
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
