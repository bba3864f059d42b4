import { Cursor } from '../../bytes/cursor.ts';
import { FormatError } from '../../bytes/errors.ts';
import { parseRuntimeClaims, type RuntimeClaims } from './runtime-claims.ts';

/**
 * The attestation report of an Azure confidential VM, as its paravisor (the host compatibility layer) leaves it in the
 * vTPM's NV index 0x01400001. Little-endian. ("Confidential VM Guest Attestation Design Detail" of Azure's documentation;
 * openhcl_attestation_protocol/src/igvm_attest/get.rs of OpenHCL.)
 *
 * | offset | size | field |
 * |---|---|---|
 * | 0 | 4 | signature "HCLA" |
 * | 4 | 4 | version: 1 or 2 |
 * | 8 | 4 | report_size: header to the end of the claims; the documentation says of the hardware report alone |
 * | 12 | 4 | request_type: 2 (AK_CERT) |
 * | 16 | 4 | status: 0 |
 * | 20 | 12 | reserved: 0 |
 * | 32 | 1184 | hardware report: SNP's ATTESTATION_REPORT, or TDX's TDREPORT_STRUCT (1024) and zeros |
 * | 1216 | 4 | data_size: 20 and the claims |
 * | 1220 | 4 | version: 1 |
 * | 1224 | 4 | report_type: 2 SNP, 4 TDX |
 * | 1228 | 4 | report_data_hash_type: 1 SHA-256, 2 SHA-384, 3 SHA-512 |
 * | 1232 | 4 | variable_data_size |
 * | 1236 | | the runtime claims, JSON |
 * | | | zeros to the end of the NV index (2600): the one padding that is accepted |
 *
 * Neither the header nor the 20 octets before the claims are measured: the hardware vouches for the claims alone, by their
 * hash in its report_data. VBS (1) and trusted-launch (3) reports hold no hardware's word and are refused.
 */
export type HclReport = {
  readonly version: 1 | 2;
  readonly reportType: HclReportType;
  /** ATTESTATION_REPORT (1184 bytes) or TDREPORT_STRUCT (1024), as received. */
  readonly hardwareReport: Uint8Array;
  /** What hashed the claims into report_data. */
  readonly hash: HclHash;
  /** The claims exactly as received: what the hash covers. */
  readonly variableData: Uint8Array;
  readonly claims: RuntimeClaims;
};

export type HclReportType = 'snp' | 'tdx';
export type HclHash = 'sha256' | 'sha384' | 'sha512';

/** "HCLA", read as a little-endian number. */
const SIGNATURE = 0x414c4348;
const AK_CERT_REQUEST = 2;
const REQUEST_DATA_VERSION = 1;
const HARDWARE_REPORT_BYTES = 1184;
const REQUEST_DATA_BYTES = 20;
const CLAIMS_OFFSET = 1236;

/** The NV index has 2600; a page is what the paravisor itself sets aside for such a request. */
export const MAX_HCL_REPORT_BYTES = 4096;
const MAX_CLAIMS_BYTES = MAX_HCL_REPORT_BYTES - CLAIMS_OFFSET;

const REPORT_TYPES: ReadonlyMap<number, { readonly type: HclReportType; readonly bytes: number }> = new Map([
  [2, { type: 'snp', bytes: HARDWARE_REPORT_BYTES }],
  [4, { type: 'tdx', bytes: 1024 }],
]);
const HASHES: ReadonlyMap<number, HclHash> = new Map([
  [1, 'sha256'],
  [2, 'sha384'],
  [3, 'sha512'],
]);

/**
 * Takes the report apart. The input is copied.
 *
 * @throws FormatError
 * @remarks Unproven afterwards: everything. See verify.ts.
 */
export function parseHclReport(input: Uint8Array): HclReport {
  if (input.length > MAX_HCL_REPORT_BYTES) throw tooLong(input.length);
  const cursor = new Cursor(Uint8Array.from(input), 'hclReport');
  const { version, reportSize } = readHeader(cursor);
  const region = cursor.take(HARDWARE_REPORT_BYTES, 'hardwareReport');
  const { reportType, hash, claimsBytes } = readRequestData(cursor);
  const variableData = cursor.take(claimsBytes, 'variableData');

  const hardwareReport = region.subarray(0, reportType.bytes);
  requireZero(region.subarray(reportType.bytes), 'hardwareReport', 32 + reportType.bytes);
  if (reportSize !== cursor.offset && reportSize !== reportType.bytes) {
    throw cursor.bad('header.reportSize', `${cursor.offset}`, `${reportSize}`);
  }
  const end = cursor.offset;
  requireZero(cursor.rest('padding'), 'padding', end);
  const claims = parseRuntimeClaims(variableData);
  return { version, reportType: reportType.type, hardwareReport, hash, variableData, claims };
}

/**
 * The kind of hardware that a report claims to hold, by its first bytes and nothing more; null where it is none. Only to
 * tell formats apart.
 */
export function hclReportTypeOf(bytes: Uint8Array): HclReportType | null {
  if (bytes.length < CLAIMS_OFFSET) return null;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint32(0, true) !== SIGNATURE) return null;
  return REPORT_TYPES.get(view.getUint32(1224, true))?.type ?? null;
}

function readHeader(cursor: Cursor): { version: 1 | 2; reportSize: number } {
  const signature = cursor.u32le('header.signature');
  if (signature !== SIGNATURE) {
    throw cursor.bad('header.signature', '414c4348', signature.toString(16).padStart(8, '0'));
  }
  const version = cursor.u32le('header.version');
  if (version !== 1 && version !== 2) throw cursor.unsupported('header.version', '1 or 2', `${version}`);
  const reportSize = cursor.u32le('header.reportSize');
  const requestType = cursor.u32le('header.requestType');
  if (requestType !== AK_CERT_REQUEST) {
    throw cursor.unsupported('header.requestType', `${AK_CERT_REQUEST}`, `${requestType}`);
  }
  const status = cursor.u32le('header.status');
  if (status !== 0) throw cursor.bad('header.status', '0', `${status}`);
  requireZero(cursor.take(12, 'header.reserved'), 'header.reserved', 20);
  return { version, reportSize };
}

function readRequestData(cursor: Cursor): {
  reportType: { type: HclReportType; bytes: number };
  hash: HclHash;
  claimsBytes: number;
} {
  const dataSize = cursor.u32le('requestData.dataSize');
  const version = cursor.u32le('requestData.version');
  if (version !== REQUEST_DATA_VERSION) {
    throw cursor.unsupported('requestData.version', `${REQUEST_DATA_VERSION}`, `${version}`);
  }
  const type = cursor.u32le('requestData.reportType');
  const reportType = REPORT_TYPES.get(type);
  if (reportType === undefined) {
    throw cursor.unsupported('requestData.reportType', '2 (SNP) or 4 (TDX)', `${type}`);
  }
  const hashType = cursor.u32le('requestData.reportDataHashType');
  const hash = HASHES.get(hashType);
  if (hash === undefined) {
    throw cursor.unsupported('requestData.reportDataHashType', '1, 2 or 3', `${hashType}`);
  }
  const claimsBytes = cursor.u32le('requestData.variableDataSize');
  if (claimsBytes > MAX_CLAIMS_BYTES) {
    throw cursor.bad('requestData.variableDataSize', `at most ${MAX_CLAIMS_BYTES}`, `${claimsBytes}`);
  }
  if (dataSize !== REQUEST_DATA_BYTES + claimsBytes) {
    throw cursor.bad('requestData.dataSize', `${REQUEST_DATA_BYTES + claimsBytes}`, `${dataSize}`);
  }
  return { reportType, hash, claimsBytes };
}

function requireZero(bytes: Uint8Array, field: string, offset: number): void {
  const at = bytes.findIndex((octet) => octet !== 0);
  if (at < 0) return;
  throw new FormatError('reserved_not_zero', `hclReport.${field} is not zero`, {
    path: `hclReport.${field}`,
    offset: offset + at,
    expected: '0',
    actual: `${bytes[at]}`,
  });
}

function tooLong(length: number): FormatError {
  return new FormatError(
    'too_long',
    `the HCL report has ${length} bytes, more than ${MAX_HCL_REPORT_BYTES}`,
    {
      path: 'hclReport',
      expected: `at most ${MAX_HCL_REPORT_BYTES} bytes`,
      actual: `${length} bytes`,
    },
  );
}
