import { Cursor } from '../../bytes/cursor.ts';
import { ENCLAVE_REPORT_BYTES, parseEnclaveReport } from './enclave-report.ts';
import type { EnclaveReport } from './evidence.ts';

/** What follows the signed range of a quote: nobody signed its layout, so every part must end where it says. */
export type SignatureData = {
  /** 64 bytes, r and s: of the attestation key over the signed range. */
  readonly signature: Uint8Array;
  /** 64 bytes, x and y. */
  readonly attestationKey: Uint8Array;
  readonly qe: QeCertification;
};

export type QeCertification = {
  readonly report: EnclaveReport;
  /** The report as the PCK key signed it. */
  readonly reportBytes: Uint8Array;
  /** 64 bytes, r and s. */
  readonly signature: Uint8Array;
  /** Hashed into the QE's report data, together with the attestation key. */
  readonly authData: Uint8Array;
  /** PEM of PCK, CA and root; null where the quote only names its platform (certification data types 1 to 3). */
  readonly pckChain: Uint8Array | null;
};

/** Intel's quoting enclaves put 32 bytes here. */
const MAX_AUTH_DATA_BYTES = 1024;
/** Three certificates take less than 4 KiB. */
const MAX_PCK_CHAIN_BYTES = 16_384;
/** Report, signature, authentication data, chain and their headers. */
const MAX_QE_CERTIFICATION_BYTES = 20_480;

/** Certification data types (SGX ECDSA QuoteLib API, A.4.11). */
const PCK_CERT_CHAIN = 5;
const QE_REPORT_CERTIFICATION_DATA = 6;

/** Types that name the platform by PPID (plain, or encrypted to RSA-2048 or 3072), CPUSVN, PCESVN and PCEID. */
const PLATFORM_NAMES: ReadonlyMap<number, number> = new Map([
  [1, 16 + 20],
  [2, 256 + 20],
  [3, 384 + 20],
]);

/**
 * Reads ECDSA 256-bit quote signature data: version 3 (SGX ECDSA QuoteLib API, A.4.4), or 4 and 5, which wrap the QE's part in
 * certification data of type 6 (TDX DCAP Quoting Library API, A.3.8), to the last byte.
 *
 * @throws FormatError
 */
export function parseSignatureData(bytes: Uint8Array, version: number): SignatureData {
  const cursor = new Cursor(bytes, 'quoteSignatureData');
  const signature = cursor.take(64, 'signature');
  const attestationKey = cursor.take(64, 'attestationKey');
  const certification = version === 3 ? cursor.rest('qeCertification') : takeWrapped(cursor);
  cursor.end();
  return { signature, attestationKey, qe: parseQeCertification(certification) };
}

function takeWrapped(cursor: Cursor): Uint8Array {
  const type = cursor.u16le('certificationDataType');
  if (type !== QE_REPORT_CERTIFICATION_DATA)
    throw cursor.unsupported('certificationDataType', '6', `${type}`);
  return cursor.sized32le('certificationData', MAX_QE_CERTIFICATION_BYTES);
}

function parseQeCertification(bytes: Uint8Array): QeCertification {
  const cursor = new Cursor(bytes, 'qeCertificationData');
  const reportBytes = cursor.take(ENCLAVE_REPORT_BYTES, 'qeReport');
  const report = parseEnclaveReport(reportBytes, 'qeReport');
  const signature = cursor.take(64, 'qeReportSignature');
  const size = cursor.u16le('qeAuthData.size');
  if (size > MAX_AUTH_DATA_BYTES) {
    throw cursor.bad('qeAuthData.size', `at most ${MAX_AUTH_DATA_BYTES}`, `${size}`);
  }
  const authData = cursor.take(size, 'qeAuthData');
  const pckChain = takePckChain(cursor);
  cursor.end();
  return { report, reportBytes, signature, authData, pckChain };
}

function takePckChain(cursor: Cursor): Uint8Array | null {
  const type = cursor.u16le('certificationDataType');
  const data = cursor.sized32le('certificationData', MAX_PCK_CHAIN_BYTES);
  if (type === PCK_CERT_CHAIN) return data;
  const expected = PLATFORM_NAMES.get(type);
  if (expected === undefined) throw cursor.unsupported('certificationDataType', '5', `${type}`);
  // A quote is no platform's because it says so: the name is not used, and the chain must come from elsewhere.
  if (data.length !== expected) {
    throw cursor.bad('certificationData.size', `${expected} for type ${type}`, `${data.length}`);
  }
  return null;
}
