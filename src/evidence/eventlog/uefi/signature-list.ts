import { Cursor } from '../../../bytes/cursor.ts';
import { toHex } from '../../../bytes/text.ts';
import { GUID_BYTES, guidText } from './guid.ts';

/** One EFI_SIGNATURE_DATA of a database (UEFI 2.10, 32.4.1). */
export type EfiSignature = {
  /** What `data` is; a GUID for types that have no name here. */
  readonly type: string;
  readonly owner: string;
  readonly data: Uint8Array;
};

const TYPES: ReadonlyMap<string, string> = new Map([
  ['a5c059a1-94e4-4aa7-87b5-ab155c2bf072', 'x509'],
  ['c1c41626-504c-4092-aca9-41f936934328', 'sha256'],
  ['3c5766e8-269c-4e34-aa14-ed776e85b3b6', 'rsa2048'],
  ['3bd2a492-96c0-4079-b420-fcf98ef103ed', 'x509-sha256'],
  ['7076876e-80c2-4ee6-aad2-28b349a6865b', 'x509-sha384'],
  ['446dbf63-2502-4cda-bcfa-2465d2b0fe9d', 'x509-sha512'],
]);

/** Lengths of the types that have one, without the owner: an entry of another would be read at the wrong place. */
const DATA_BYTES: ReadonlyMap<string, number> = new Map([
  ['sha256', 32],
  ['rsa2048', 256],
  ['x509-sha256', 48],
  ['x509-sha384', 64],
  ['x509-sha512', 80],
]);

const LIST_HEADER_BYTES = 28;
const MAX_LIST_BYTES = 1 << 20;
/** The revocation list of 2025 has about 450; firmware keeps at most some 64 KiB of them. */
const MAX_SIGNATURES = 16_384;

/**
 * Reads PK, KEK, db, dbx and their like: EFI_SIGNATURE_LISTs to the last byte. An empty variable holds none.
 * @throws FormatError `truncated`, `too_long`, `bad_value`, `trailing_data`
 */
export function parseSignatureLists(bytes: Uint8Array): readonly EfiSignature[] {
  const cursor = new Cursor(bytes, 'signatureLists');
  const signatures: EfiSignature[] = [];
  while (cursor.remaining > 0) readList(cursor, signatures);
  return signatures;
}

function readList(cursor: Cursor, signatures: EfiSignature[]): void {
  const guid = guidText(cursor.take(GUID_BYTES, 'signatureType'));
  const type = TYPES.get(guid) ?? guid;
  const listSize = cursor.u32le('signatureListSize');
  const headerSize = cursor.u32le('signatureHeaderSize');
  const signatureSize = cursor.u32le('signatureSize');
  const body = listSize - LIST_HEADER_BYTES - headerSize;
  if (listSize > MAX_LIST_BYTES || body < 0) {
    throw cursor.bad('signatureListSize', `${LIST_HEADER_BYTES} to ${MAX_LIST_BYTES}`, `${listSize}`);
  }
  const wanted = DATA_BYTES.get(type);
  const fits = signatureSize > GUID_BYTES && (wanted === undefined || signatureSize === wanted + GUID_BYTES);
  if (!fits || body % signatureSize !== 0) {
    throw cursor.bad('signatureSize', `whole entries of ${type}`, `${signatureSize} in ${body}`);
  }
  cursor.take(headerSize, 'signatureHeader');
  for (let left = body / signatureSize; left > 0; left--) {
    if (signatures.length === MAX_SIGNATURES) {
      throw cursor.bad('signatures', `at most ${MAX_SIGNATURES}`, 'more');
    }
    const owner = guidText(cursor.take(GUID_BYTES, 'signatureOwner'));
    signatures.push({ type, owner, data: cursor.take(signatureSize - GUID_BYTES, 'signatureData') });
  }
}

/** The digests that a database of revocations names, whatever their owner, in hexadecimal, each once, sorted. */
export function imageDigests(signatures: readonly EfiSignature[]): readonly string[] {
  const digests = signatures.flatMap(({ type, data }) => (type === 'sha256' ? [toHex(data)] : []));
  return [...new Set(digests)].sort();
}
