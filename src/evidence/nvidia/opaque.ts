import { Cursor } from '../../bytes/cursor.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';

/** The opaque data of a report: by id, its bytes. Ids that mean nothing here are kept: the device signs them too. */
export type OpaqueFields = ReadonlyMap<number, Uint8Array>;

/** NVIDIA's ids, as its attestation SDK names them. */
export const OPAQUE = {
  driverVersion: 3,
  vbiosVersion: 6,
  nvdec0Status: 11,
  chipSku: 15,
  project: 17,
  projectSku: 18,
  fwid: 20,
  protectedPcieStatus: 21,
  opaqueDataVersion: 34,
  chipInfo: 35,
  featureFlag: 36,
} as const;

const MAX_FIELDS = 64;
/** Genuine fields have at most 256 bytes (the counts of 64 measurements). */
const MAX_FIELD_BYTES = 1024;
/** Of layouts above this one nobody here knows what their fields mean. */
const MAX_DATA_VERSION = 1;

/**
 * Reads TLVs: id and length, 16 bits each, little-endian. An id that stands twice is refused: two readers would take
 * two different values.
 *
 * @throws FormatError
 */
export function readOpaqueFields(bytes: Uint8Array): OpaqueFields {
  const cursor = new Cursor(bytes, 'report.response.opaqueData');
  const fields = new Map<number, Uint8Array>();
  while (cursor.remaining > 0) {
    if (fields.size >= MAX_FIELDS) {
      throw new FormatError('budget_exceeded', `more than ${MAX_FIELDS} opaque fields`, {
        path: 'opaqueData',
      });
    }
    const id = cursor.u16le('id');
    const length = cursor.u16le('length');
    if (length > MAX_FIELD_BYTES) throw cursor.bad(`${id}.length`, `at most ${MAX_FIELD_BYTES}`, `${length}`);
    if (fields.has(id)) {
      throw new FormatError('duplicate', `opaque field ${id} stands twice`, { path: `opaqueData.${id}` });
    }
    fields.set(id, cursor.take(length, `${id}.value`));
  }
  const version = fields.get(OPAQUE.opaqueDataVersion);
  if (version !== undefined && numberIn(version, 'opaqueDataVersion') > MAX_DATA_VERSION) {
    throw cursor.unsupported('opaqueDataVersion', `at most ${MAX_DATA_VERSION}`, toHex(version));
  }
  return fields;
}

/** A text padded with zeros; null where the device does not say. @throws FormatError for other bytes than ASCII's visible ones */
export function opaqueText(fields: OpaqueFields, id: number): string | null {
  const bytes = fields.get(id);
  if (bytes === undefined) return null;
  const text = Buffer.from(bytes).toString('latin1').replace(/\0+$/, '');
  // It becomes part of a manifest's name: nothing but what such names are made of.
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(text)) return text;
  throw new FormatError('bad_value', `opaque field ${id} is no text of letters, digits, dots and hyphens`, {
    path: `opaqueData.${id}`,
    actual: toHex(bytes.subarray(0, 32)),
  });
}

/** A little-endian number of one to four bytes; null where the device does not say. @throws FormatError */
export function opaqueNumber(fields: OpaqueFields, id: number): number | null {
  const bytes = fields.get(id);
  return bytes === undefined ? null : numberIn(bytes, `${id}`);
}

function numberIn(bytes: Uint8Array, field: string): number {
  if (bytes.length >= 1 && bytes.length <= 4) {
    return bytes.reduceRight((value, byte) => value * 256 + byte, 0);
  }
  throw new FormatError('bad_value', `opaque field ${field} is no number of 1 to 4 bytes`, {
    path: `opaqueData.${field}`,
    actual: `${bytes.length} bytes`,
  });
}
