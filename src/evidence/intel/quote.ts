import { Cursor } from '../../bytes/cursor.ts';
import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import { ENCLAVE_REPORT_BYTES, isZero, parseEnclaveReport } from './enclave-report.ts';
import type { EnclaveReport, TdReport } from './evidence.ts';
import { parseSignatureData, type SignatureData } from './signature-data.ts';
import { parseTdReport, TD10_BYTES, TD15_BYTES } from './td-report.ts';

/**
 * Quotes of Intel's DCAP, little-endian: SGX version 3 (SGX ECDSA QuoteLib API, A.4), TDX version 4 (TDX DCAP Quoting Library
 * API, A.3) and version 5 of either (A.4), signed with ECDSA P-256. All else is refused, EPID and SGX in version 4 among it.
 */
export type Quote = SignatureData & {
  /** 3, 4 or 5. */
  readonly version: number;
  /** What the quoting enclave wrote here: the first 16 of 20 bytes name it. */
  readonly userData: Uint8Array;
  /** Header, in version 5 the body's descriptor, and body: exactly the bytes that were signed. */
  readonly signed: Uint8Array;
  /** How many zeros follow: buffers of a fixed size are handed out whole. */
  readonly paddingBytes: number;
} & QuoteBody;

type QuoteBody =
  | { readonly tee: 'sgx'; readonly report: EnclaveReport }
  | { readonly tee: 'tdx'; readonly report: TdReport };

/** Kernels hand out at most 32 KiB (configfs-tsm), drivers buffers of 8 and 16 KiB. */
const MAX_QUOTE_BYTES = 65_536;
const MAX_SIGNATURE_DATA_BYTES = 24_576;

/** ECDSA-256 with P-256 (A.3.1, attestation key type). */
const ECDSA_P256 = 2;
const TEE_TYPE_SGX = 0;
const TEE_TYPE_TDX = 0x81;
/** Body types of version 5. */
const BODY_SGX = 1;
const BODY_TD10 = 2;
const BODY_TD15 = 3;

const INTEL_QE_VENDOR_ID = Uint8Array.from(Buffer.from('939a7233f79c4ca9940a0db3957f0607', 'hex'));

/**
 * Parses a quote to its last byte; zeros after it are padding, anything else is refused. The input is copied.
 *
 * @throws FormatError
 * @remarks Unverified: anybody can write such bytes. See verify.ts.
 */
export function parseQuote(input: Uint8Array): Quote {
  if (input.length > MAX_QUOTE_BYTES) {
    throw new FormatError('too_long', `a quote of ${input.length} bytes`, {
      path: 'quote',
      expected: `at most ${MAX_QUOTE_BYTES} bytes`,
      actual: `${input.length} bytes`,
    });
  }
  const bytes = Uint8Array.from(input);
  const cursor = new Cursor(bytes, 'quote');
  const { version, teeType, userData } = readHeader(cursor);
  const body = version < 5 ? readBodyOf(cursor, version, teeType) : readDescribedBody(cursor, teeType);
  const signed = cursor.since(0);
  const signatureData = parseSignatureData(
    cursor.sized32le('quoteSignatureData', MAX_SIGNATURE_DATA_BYTES),
    version,
  );
  const paddingBytes = readPadding(cursor);
  return { version, userData, signed, paddingBytes, ...body, ...signatureData };
}

function readHeader(cursor: Cursor): { version: number; teeType: number; userData: Uint8Array } {
  const version = cursor.u16le('version');
  if (version < 3 || version > 5) throw cursor.unsupported('version', '3, 4 or 5', `${version}`);
  const keyType = cursor.u16le('attKeyType');
  if (keyType !== ECDSA_P256) throw cursor.unsupported('attKeyType', '2 (ECDSA P-256)', `${keyType}`);
  const teeType = cursor.u32le('teeType');
  const reserved = cursor.take(4, 'reserved');
  // Version 3 has the SVNs of QE and PCE here.
  if (version > 3 && !isZero(reserved)) {
    throw new FormatError('reserved_not_zero', 'quote.reserved is not zero', {
      path: 'quote.reserved',
      offset: cursor.offset,
      actual: toHex(reserved),
    });
  }
  const vendor = cursor.take(16, 'qeVendorId');
  if (!equalBytes(vendor, INTEL_QE_VENDOR_ID)) {
    throw cursor.unsupported('qeVendorId', toHex(INTEL_QE_VENDOR_ID), toHex(vendor));
  }
  return { version, teeType, userData: cursor.take(20, 'userData') };
}

/** Versions 3 and 4: the TEE type says what the body is. */
function readBodyOf(cursor: Cursor, version: number, teeType: number): QuoteBody {
  const expected = version === 3 ? TEE_TYPE_SGX : TEE_TYPE_TDX;
  if (teeType !== expected) throw cursor.unsupported('teeType', hex(expected), hex(teeType));
  return version === 3 ? readSgxBody(cursor) : readTdBody(cursor, false);
}

/** Version 5: a descriptor of type and size, which must agree with each other and with the TEE type. */
function readDescribedBody(cursor: Cursor, teeType: number): QuoteBody {
  const type = cursor.u16le('bodyType');
  const size = cursor.u32le('bodySize');
  const known = BODIES.get(type);
  if (known === undefined) throw cursor.unsupported('bodyType', '1, 2 or 3', `${type}`);
  if (teeType !== known.teeType) throw cursor.bad('teeType', hex(known.teeType), hex(teeType));
  if (size !== known.size) throw cursor.bad('bodySize', `${known.size}`, `${size}`);
  return type === BODY_SGX ? readSgxBody(cursor) : readTdBody(cursor, type === BODY_TD15);
}

const BODIES: ReadonlyMap<number, { readonly teeType: number; readonly size: number }> = new Map([
  [BODY_SGX, { teeType: TEE_TYPE_SGX, size: ENCLAVE_REPORT_BYTES }],
  [BODY_TD10, { teeType: TEE_TYPE_TDX, size: TD10_BYTES }],
  [BODY_TD15, { teeType: TEE_TYPE_TDX, size: TD15_BYTES }],
]);

function readSgxBody(cursor: Cursor): QuoteBody {
  const bytes = cursor.take(ENCLAVE_REPORT_BYTES, 'enclaveReport');
  return { tee: 'sgx', report: parseEnclaveReport(bytes, 'enclaveReport') };
}

function readTdBody(cursor: Cursor, isTd15: boolean): QuoteBody {
  const bytes = cursor.take(isTd15 ? TD15_BYTES : TD10_BYTES, 'tdReport');
  return { tee: 'tdx', report: parseTdReport(bytes, isTd15) };
}

/** Nobody signed what stands behind a quote: zeros say nothing, other bytes might be meant to. */
function readPadding(cursor: Cursor): number {
  const { offset } = cursor;
  const padding = cursor.rest('padding');
  if (!isZero(padding)) {
    throw new FormatError('trailing_data', 'the quote is followed by bytes that are not zero', {
      path: 'quote',
      offset,
      expected: 'end of input, or zeros',
      actual: `${padding.length} bytes`,
    });
  }
  return padding.length;
}

function hex(value: number): string {
  return `0x${value.toString(16)}`;
}
