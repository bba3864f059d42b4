import { equalBytes } from '../../bytes/equal.ts';
import { FormatError } from '../../bytes/errors.ts';
import { CRL_NAME, isCertificate, isEndorsement, REPORT_NAME } from './folder-names.ts';
import { AT, REPORT_BYTES } from './layout.ts';

type Files = ReadonlyMap<string, Uint8Array>;

/** By names and a few bytes: a report is there, whether or not it is a good one. */
export function hasReport(files: Files): boolean {
  const [only, ...more] = files.values();
  if (only === undefined) return false;
  if (more.length === 0) return isReport(decoded(only));
  const endorsed = [...files.keys()].some(isEndorsement);
  return reportsIn(files).some((bytes) => endorsed || isLikely(bytes));
}

/**
 * The report, decoded where it is text, and whatever lies behind it.
 *
 * @throws FormatError `truncated` where there is none, `duplicate` where there are several that differ
 */
export function reportFile(files: Files): Uint8Array {
  const [only, ...others] = files.values();
  const [first, ...more] = only !== undefined && others.length === 0 ? [decoded(only)] : reportsIn(files);
  if (first === undefined)
    throw new FormatError('truncated', 'report.bin is missing', { path: 'report.bin' });
  // Only one is judged: whoever put the other there would believe that it was.
  if (more.every((another) => equalBytes(another, first))) return first;
  throw new FormatError('duplicate', 'there are several reports, and they differ', { path: 'report.bin' });
}

/** What is a report by its name; where nothing is, beside certificates of such reports, what is one by its contents. */
function reportsIn(files: Files): readonly Uint8Array[] {
  const named = [...files].filter(([name]) => REPORT_NAME.test(name));
  if (named.length > 0) return named.map(([, bytes]) => decoded(bytes));
  if (![...files.keys()].some(isEndorsement)) return [];
  return [...files]
    .filter(([name]) => !isCertificate(name) && !isEndorsement(name) && !CRL_NAME.test(name))
    .map(([, bytes]) => decoded(bytes))
    .filter((bytes) => bytes.length === REPORT_BYTES && isReport(bytes));
}

/** Of exactly that length, either mark of a report will do: any one flipped bit leaves the other. */
function isReport(bytes: Uint8Array): boolean {
  if (bytes.length !== REPORT_BYTES) return isLikely(bytes);
  return isSigned(bytes) || isVersioned(bytes);
}

function isLikely(bytes: Uint8Array): boolean {
  return isSigned(bytes) && isVersioned(bytes);
}

/** SIGNATURE_ALGO 1, where no other evidence has it. */
function isSigned(bytes: Uint8Array): boolean {
  return bytes.length >= AT.currentTcb && u32(bytes, AT.signatureAlgo) === 1;
}

function isVersioned(bytes: Uint8Array): boolean {
  const version = bytes.length >= 4 ? u32(bytes, AT.version) : 0;
  return version >= 1 && version <= 15;
}

function u32(bytes: Uint8Array, offset: number): number {
  return new DataView(bytes.buffer, bytes.byteOffset).getUint32(offset, true);
}

const HEXADECIMAL = /^[0-9a-f]+$/i;
const BASE64 = /^[\w+/-]+={0,2}$/;
/** Two digits for each byte, and a line break or two behind each pair. */
const MAX_TEXT_BYTES = 4 * REPORT_BYTES;

/** A report in hexadecimal or base64, as people pass it on, becomes its bytes; everything else stays as it is. */
function decoded(file: Uint8Array): Uint8Array {
  if (file.length <= REPORT_BYTES || file.length > MAX_TEXT_BYTES) return file;
  const text = Buffer.from(file).toString('latin1').replace(/\s/g, '');
  if (HEXADECIMAL.test(text) && text.length === 2 * REPORT_BYTES) {
    return new Uint8Array(Buffer.from(text, 'hex'));
  }
  const bytes = BASE64.test(text) ? new Uint8Array(Buffer.from(text, 'base64')) : file;
  return bytes.length === REPORT_BYTES ? bytes : file;
}
