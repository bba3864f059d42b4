import { Cursor } from '../../bytes/cursor.ts';
import { FormatError } from '../../bytes/errors.ts';
import { algorithmText, hashAlgorithmById } from './algorithms.ts';
import { MAX_SELECT_BYTES, type PcrBankSelection, type PcrSelection, selectedPcrs } from './pcr-selection.ts';

/**
 * The file that `tpm2_quote -o` writes by default: tpm2-tss's C structures as they lie in memory, little-endian, with
 * their unused slots. (tpm2-tools 4 and 5, `tpm2_quote.c` and `lib/pcr.c`: `pcr_fwrite_serialized`.)
 *
 * | offset | size | field |
 * |---|---|---|
 * | 0 | 4 | TPML_PCR_SELECTION.count |
 * | 4 | 16 x 8 | TPMS_PCR_SELECTION: hash u16, sizeofSelect u8, pcrSelect[4], one byte of alignment |
 * | 132 | 4 | number of TPML_DIGEST |
 * | 136 | n x 532 | TPML_DIGEST: count u32, 8 x (size u16, buffer[64]) |
 *
 * Slots that the counts leave unused are zero in every file seen, and must be: they are named padding.
 */
const SELECTION_SLOTS = 16;
const SELECTION_BYTES = 8;
const DIGEST_SLOTS = 8;
const DIGEST_BYTES = 64;
const DIGEST_LIST_BYTES = 4 + DIGEST_SLOTS * (2 + DIGEST_BYTES);
const HEADER_BYTES = 4 + SELECTION_SLOTS * SELECTION_BYTES + 4;

/** The header and one list of digests. */
export const SMALLEST_PCR_FILE_BYTES = HEADER_BYTES + DIGEST_LIST_BYTES;

/** 32 PCRs of each of 16 banks, eight to a list. */
const MAX_DIGEST_LISTS = 64;

/** The file's own selection, and its values one after the other in that order. @throws FormatError */
export function parsePcrFile(bytes: Uint8Array): { selection: PcrSelection; values: Uint8Array } {
  const cursor = new Cursor(bytes, 'pcrFile');
  const selection = readSelection(cursor);
  const digests = readDigests(cursor);
  cursor.end();

  // tpm2-tools reads PCRs bank by bank, ascending; each digest must be as long as its place says.
  const lengths = selection.flatMap(({ hash, mask }) => selectedPcrs(mask).map(() => hash.digestBytes));
  if (lengths.length !== digests.length || lengths.some((length, i) => digests[i]?.length !== length)) {
    throw cursor.bad(
      'digests',
      `${lengths.length} digests of the selected banks`,
      `${digests.length} digests`,
    );
  }
  return { selection, values: new Uint8Array(Buffer.concat(digests)) };
}

function readSelection(cursor: Cursor): PcrSelection {
  const count = cursor.u32le('pcrSelect.count');
  if (count > SELECTION_SLOTS) {
    throw cursor.bad('pcrSelect.count', `at most ${SELECTION_SLOTS}`, `${count}`);
  }
  const selection: PcrBankSelection[] = [];
  for (let slot = 0; slot < SELECTION_SLOTS; slot++) {
    if (slot >= count) {
      readZeros(cursor, SELECTION_BYTES, 'pcrSelect.unused');
      continue;
    }
    const id = cursor.u16le('pcrSelect.hash');
    const hash = hashAlgorithmById(id);
    if (hash === undefined) throw cursor.unsupported('pcrSelect.hash', 'SHA-1 or SHA-2', algorithmText(id));
    const size = cursor.u8('pcrSelect.sizeofSelect');
    if (size > MAX_SELECT_BYTES) {
      throw cursor.bad('pcrSelect.sizeofSelect', `at most ${MAX_SELECT_BYTES}`, `${size}`);
    }
    let mask = 0;
    for (let octet = 0; octet < size; octet++) mask |= cursor.u8('pcrSelect.pcrSelect') << (8 * octet);
    readZeros(cursor, MAX_SELECT_BYTES - size + 1, 'pcrSelect.unused');
    if (selection.some((bank) => bank.hash === hash)) {
      throw cursor.bad('pcrSelect.hash', 'each bank once', `${hash.name} twice`);
    }
    selection.push({ hash, mask: mask >>> 0 });
  }
  return selection;
}

function readDigests(cursor: Cursor): Uint8Array[] {
  const lists = cursor.u32le('digests.lists');
  if (lists > MAX_DIGEST_LISTS) throw cursor.bad('digests.lists', `at most ${MAX_DIGEST_LISTS}`, `${lists}`);
  const digests: Uint8Array[] = [];
  for (let list = 0; list < lists; list++) {
    const count = cursor.u32le('digests.count');
    if (count > DIGEST_SLOTS) throw cursor.bad('digests.count', `at most ${DIGEST_SLOTS}`, `${count}`);
    for (let slot = 0; slot < DIGEST_SLOTS; slot++) {
      if (slot >= count) {
        readZeros(cursor, 2 + DIGEST_BYTES, 'digests.unused');
        continue;
      }
      const size = cursor.u16le('digests.size');
      if (size > DIGEST_BYTES) throw cursor.bad('digests.size', `at most ${DIGEST_BYTES}`, `${size}`);
      digests.push(cursor.take(size, 'digests.buffer'));
      readZeros(cursor, DIGEST_BYTES - size, 'digests.unused');
    }
  }
  return digests;
}

function readZeros(cursor: Cursor, length: number, field: string): void {
  const offset = cursor.offset;
  if (cursor.take(length, field).every((octet) => octet === 0)) return;
  throw new FormatError('reserved_not_zero', `pcrFile.${field} is not zero`, {
    path: `pcrFile.${field}`,
    offset,
  });
}
