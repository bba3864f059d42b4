import { Cursor } from '../../bytes/cursor.ts';
import { FormatError } from '../../bytes/errors.ts';
import type { EnclaveReport } from './evidence.ts';

/** REPORT body (Intel SDM vol. 3D, table 37-21): the same for application enclaves and for quoting enclaves. */
export const ENCLAVE_REPORT_BYTES = 384;

/** Offset and size of what nobody may set. Between them stand the KSS fields, which name no policy here. */
const RESERVED: readonly (readonly [offset: number, size: number])[] = [
  [20, 12],
  [96, 32],
  [160, 32],
  [262, 42],
];

/** Offsets by the names of the SDM. */
const OFFSET = {
  cpuSvn: 0,
  miscSelect: 16,
  attributes: 48,
  mrEnclave: 64,
  mrSigner: 128,
  isvProdId: 256,
  isvSvn: 258,
  reportData: 320,
} as const;

/** @throws FormatError `truncated`, `trailing_data`, `reserved_not_zero` */
export function parseEnclaveReport(bytes: Uint8Array, structure: string): EnclaveReport {
  const cursor = new Cursor(bytes, structure);
  const body = cursor.take(ENCLAVE_REPORT_BYTES, 'body');
  cursor.end();
  for (const [offset, size] of RESERVED) requireZero(body.subarray(offset, offset + size), structure, offset);
  const view = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const field = (offset: number, size: number): Uint8Array => body.subarray(offset, offset + size);
  return {
    cpuSvn: field(OFFSET.cpuSvn, 16),
    miscSelect: view.getUint32(OFFSET.miscSelect, true),
    attributes: field(OFFSET.attributes, 16),
    mrEnclave: field(OFFSET.mrEnclave, 32),
    mrSigner: field(OFFSET.mrSigner, 32),
    isvProdId: view.getUint16(OFFSET.isvProdId, true),
    isvSvn: view.getUint16(OFFSET.isvSvn, true),
    reportData: field(OFFSET.reportData, 64),
  };
}

/** ATTRIBUTES.FLAGS.DEBUG (SDM vol. 3D, table 35-3) is bit 1 of an enclave that anybody may look into. */
export function isDebuggable({ attributes }: EnclaveReport): boolean {
  return ((attributes[0] ?? 0) & 0b10) !== 0;
}

export function isZero(bytes: Uint8Array): boolean {
  return bytes.every((octet) => octet === 0);
}

function requireZero(bytes: Uint8Array, structure: string, offset: number): void {
  if (isZero(bytes)) return;
  const path = `${structure}.reserved`;
  throw new FormatError('reserved_not_zero', `${path} at ${offset} is not zero`, { path, offset });
}
