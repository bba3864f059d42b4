import { Cursor } from '../../bytes/cursor.ts';
import { FormatError } from '../../bytes/errors.ts';
import { type OpaqueFields, readOpaqueFields } from './opaque.ts';

/**
 * An attestation report of an NVIDIA GPU or NVSwitch: the GET_MEASUREMENTS request as the device received it, and its
 * MEASUREMENTS response (DMTF DSP0274 1.1, 10.11), one behind the other. Read: SPDM 1.1, a signed response, SHA-384 blocks.
 */
export type SpdmReport = {
  /** What the verifier asked with: the device signs it within the request. */
  readonly requestNonce: Uint8Array;
  /** The device's own random number: says nothing of freshness. */
  readonly responderNonce: Uint8Array;
  /** By position: `measurements[i]` is block i + 1, which reference manifests call index i. 48 bytes each. */
  readonly measurements: readonly Uint8Array[];
  readonly opaque: OpaqueFields;
  /** Exactly the bytes that the device signed: request and response up to the signature. */
  readonly signed: Uint8Array;
  /** r and s, 48 bytes each. */
  readonly signature: Uint8Array;
};

export const NONCE_BYTES = 32;
export const MEASUREMENT_BYTES = 48;
const SIGNATURE_BYTES = 96;

const SPDM_VERSION = 0x11;
const GET_MEASUREMENTS = 0xe0;
const MEASUREMENTS = 0x60;
/** Param1 of the request: bit 0 asks for a signature. Without it the response would be anybody's. */
const SIGNATURE_REQUESTED = 0x01;
/** Param2 of the request: all measurements. */
const ALL_MEASUREMENTS = 0xff;
/** SPDM knows slots 0 to 7. */
const MAX_SLOT = 7;
/** MeasurementSpecification: DMTF. */
const DMTF = 0x01;
/** More than Hopper's and Blackwell's 64; the index is one byte. */
const MAX_BLOCKS = 127;
const BLOCK_BYTES = 7 + MEASUREMENT_BYTES;
/** Genuine reports have 250 to 530. */
const MAX_OPAQUE_BYTES = 4096;
/** Above the largest report that these limits admit. */
export const MAX_REPORT_BYTES = 16_384;

/**
 * Reads a report, and nothing after it: one stray byte behind the signature is refused.
 *
 * The input is copied. Unproven afterwards: everything; see `verifyNvidiaDevice`.
 *
 * @throws FormatError `truncated`, `trailing_data`, `too_long`, `bad_value`, `duplicate`, `unsupported`
 */
export function parseSpdmReport(input: Uint8Array): SpdmReport {
  if (input.length > MAX_REPORT_BYTES) {
    throw new FormatError(
      'too_long',
      `a report of ${input.length} bytes is longer than ${MAX_REPORT_BYTES}`,
      {
        path: 'report',
      },
    );
  }
  const bytes = new Uint8Array(input);
  const cursor = new Cursor(bytes, 'report');
  const requestNonce = readRequest(cursor);
  const measurements = readMeasurements(cursor);
  const responderNonce = cursor.take(NONCE_BYTES, 'response.nonce');
  const length = cursor.u16le('response.opaqueLength');
  if (length > MAX_OPAQUE_BYTES) {
    throw cursor.bad('response.opaqueLength', `at most ${MAX_OPAQUE_BYTES}`, `${length}`);
  }
  const opaque = readOpaqueFields(cursor.take(length, 'response.opaqueData'));
  const signed = cursor.since(0);
  const signature = cursor.take(SIGNATURE_BYTES, 'response.signature');
  cursor.end();
  return { requestNonce, responderNonce, measurements, opaque, signed, signature };
}

/** GET_MEASUREMENTS (table 43): 37 bytes with a nonce and a slot. */
function readRequest(cursor: Cursor): Uint8Array {
  demand(cursor, 'request.spdmVersion', SPDM_VERSION);
  demand(cursor, 'request.requestResponseCode', GET_MEASUREMENTS);
  demand(cursor, 'request.param1', SIGNATURE_REQUESTED);
  demand(cursor, 'request.param2', ALL_MEASUREMENTS);
  const nonce = cursor.take(NONCE_BYTES, 'request.nonce');
  const slot = cursor.u8('request.slotId');
  if (slot > MAX_SLOT) throw cursor.bad('request.slotId', `at most ${MAX_SLOT}`, `${slot}`);
  return nonce;
}

/** MEASUREMENTS (table 44) up to its record of blocks (table 45), which stand in order and without gaps. */
function readMeasurements(cursor: Cursor): Uint8Array[] {
  demand(cursor, 'response.spdmVersion', SPDM_VERSION);
  demand(cursor, 'response.requestResponseCode', MEASUREMENTS);
  cursor.take(2, 'response.params');
  const count = cursor.u8('response.numberOfBlocks');
  if (count < 1 || count > MAX_BLOCKS) {
    throw cursor.bad('response.numberOfBlocks', `1 to ${MAX_BLOCKS}`, `${count}`);
  }
  const length =
    cursor.u16le('response.measurementRecordLength') + cursor.u8('response.measurementRecordLength') * 65_536;
  if (length !== count * BLOCK_BYTES) {
    throw cursor.bad('response.measurementRecordLength', `${count * BLOCK_BYTES}`, `${length}`);
  }
  return Array.from({ length: count }, (_, position) => readBlock(cursor, position + 1));
}

function readBlock(cursor: Cursor, number: number): Uint8Array {
  demand(cursor, 'response.blocks.index', number);
  demand(cursor, 'response.blocks.measurementSpecification', DMTF);
  demandU16(cursor, 'response.blocks.measurementSize', 3 + MEASUREMENT_BYTES);
  // What kind of component was measured: no reference value depends on it.
  cursor.u8('response.blocks.dmtfSpecMeasurementValueType');
  demandU16(cursor, 'response.blocks.dmtfSpecMeasurementValueSize', MEASUREMENT_BYTES);
  return cursor.take(MEASUREMENT_BYTES, 'response.blocks.dmtfSpecMeasurementValue');
}

function demand(cursor: Cursor, field: string, expected: number): void {
  const actual = cursor.u8(field);
  if (actual !== expected) throw cursor.bad(field, `${expected}`, `${actual}`);
}

function demandU16(cursor: Cursor, field: string, expected: number): void {
  const actual = cursor.u16le(field);
  if (actual !== expected) throw cursor.bad(field, `${expected}`, `${actual}`);
}
