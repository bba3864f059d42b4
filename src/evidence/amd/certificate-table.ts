import { Cursor } from '../../bytes/cursor.ts';
import { FormatError } from '../../bytes/errors.ts';
import { toHex } from '../../bytes/text.ts';
import { readCertificates } from './certificates.ts';

/**
 * The certificate table that a host hands its guests with an extended report (AMD 56421, 4.1.8.1): entries of GUID, offset
 * and length, an entry of zeros, and what they point at. Linux shows it as `auxblob` of configfs-tsm.
 */
export type CertificateTable = {
  /** DER: those of VCEK, VLEK, ASK or ASVK, and ARK. */
  readonly certificates: readonly Uint8Array[];
  /** DER; null where the host gave none. */
  readonly crl: Uint8Array | null;
  /** GUIDs that have no meaning here: hosts may add what they like. Lower-case hexadecimal, as in the table. */
  readonly unknown: readonly string[];
};

const GUID_BYTES = 16;
/** Five are defined; the rest is room for hosts' own. */
const MAX_ENTRIES = 64;
/** Linux gives guests four pages, and up to 1 MiB in all. */
const MAX_TABLE_BYTES = 1 << 20;

const CERTIFICATE_GUIDS = [
  '63da758de6644564adc5f4b93be8accd', // VCEK
  'a8074bc2a25a483eaae639c045a0b8a1', // VLEK
  '4ab7b379bbac4fe4a02f05aef327c782', // ASK, and ASVK for want of a GUID of its own
  'c0b406a4a803495297433fb6014cd0ae', // ARK
];
const CRL_GUID = '92f81bc358114d3d97ffd19f88dc67ea';

type Kind = 'certificate' | 'crl' | 'unknown';
type Entry = { readonly guid: string; readonly kind: Kind; readonly offset: number; readonly length: number };

/** @throws FormatError as {@link readCertificateTable} */
export function parseCertificateTable(auxblob: Uint8Array): Uint8Array[] {
  return [...readCertificateTable(auxblob).certificates];
}

/**
 * Reads the table strictly: entries lie behind it, inside the input, apart from each other; none is empty or stands
 * twice; whatever no entry covers is zero, as the padding of pages is. What the certificates say is not looked into.
 *
 * @throws FormatError `truncated`, `too_long`, `budget_exceeded`, `bad_value`, `duplicate`, `trailing_data`
 */
export function readCertificateTable(auxblob: Uint8Array): CertificateTable {
  if (auxblob.length > MAX_TABLE_BYTES) {
    throw fault('too_long', 'the table', `at most ${MAX_TABLE_BYTES} bytes`, `${auxblob.length} bytes`);
  }
  const bytes = new Uint8Array(auxblob);
  const cursor = new Cursor(bytes, 'certificateTable');
  const entries = readEntries(cursor);
  demandApart(entries, bytes, cursor.offset);
  const contents = ({ offset, length }: Entry): Uint8Array => bytes.subarray(offset, offset + length);
  const crl = entries.find(({ kind }) => kind === 'crl');
  return {
    certificates: entries
      .filter(({ kind }) => kind === 'certificate')
      .flatMap((entry) => readCertificates(contents(entry))),
    crl: crl === undefined ? null : contents(crl),
    unknown: entries.filter(({ kind }) => kind === 'unknown').map(({ guid }) => guid),
  };
}

function readEntries(cursor: Cursor): Entry[] {
  const entries: Entry[] = [];
  const seen = new Set<string>();
  for (;;) {
    const guid = toHex(cursor.take(GUID_BYTES, 'guid'));
    const offset = cursor.u32le('offset');
    const length = cursor.u32le('length');
    if (/^0+$/.test(guid)) {
      if (offset === 0 && length === 0) return entries;
      throw cursor.bad('guid', 'the GUID of an entry', 'zero in an entry that is not');
    }
    const name = canonicalGuid(guid);
    if (seen.has(name)) throw fault('duplicate', `entry ${guid}`, 'once', 'twice');
    seen.add(name);
    if (entries.length === MAX_ENTRIES) {
      throw fault('budget_exceeded', 'the table', `at most ${MAX_ENTRIES} entries`, 'more');
    }
    entries.push({ guid, kind: kindOf(name), offset, length });
  }
}

function kindOf(name: string): Kind {
  if (CERTIFICATE_GUIDS.includes(name)) return 'certificate';
  return name === CRL_GUID ? 'crl' : 'unknown';
}

/**
 * Hosts write a GUID in either of its two byte orders: as its text reads (RFC 9562), or with its first three fields
 * little-endian, as EFI and Linux's guid_t have it. A known one is recognised in both.
 */
function canonicalGuid(guid: string): string {
  const [known, swapped] = [guid, swapFields(guid)];
  return kindOf(swapped) === 'unknown' ? known : swapped;
}

function swapFields(guid: string): string {
  const reversed = (from: number, to: number): string =>
    (guid.slice(from, to).match(/../g) ?? []).toReversed().join('');
  return reversed(0, 8) + reversed(8, 12) + reversed(12, 16) + guid.slice(16);
}

function demandApart(entries: readonly Entry[], bytes: Uint8Array, tableEnd: number): void {
  let end = tableEnd;
  for (const { guid, offset, length } of entries.toSorted((a, b) => a.offset - b.offset)) {
    if (length === 0) throw fault('bad_value', `entry ${guid}`, 'contents', 'none');
    if (offset < end) {
      throw fault('bad_value', `entry ${guid}`, `an offset of ${end} or more`, `${offset}`);
    }
    if (offset + length > bytes.length) {
      const actual = `bytes ${offset} to ${offset + length}`;
      throw fault('truncated', `entry ${guid}`, `at most ${bytes.length} bytes`, actual);
    }
    demandZero(bytes, end, offset);
    end = offset + length;
  }
  demandZero(bytes, end, bytes.length);
}

function demandZero(bytes: Uint8Array, from: number, to: number): void {
  const odd = bytes.subarray(from, to).findIndex((byte) => byte !== 0);
  if (odd === -1) return;
  throw fault('trailing_data', 'what no entry covers', 'zero', `not zero at ${from + odd}`);
}

function fault(
  code: 'too_long' | 'budget_exceeded' | 'duplicate' | 'bad_value' | 'truncated' | 'trailing_data',
  what: string,
  expected: string,
  actual: string,
): FormatError {
  const message = `certificateTable: ${what} has ${actual}, not ${expected}`;
  return new FormatError(code, message, { path: 'certificateTable', expected, actual });
}
