import { SextantError } from '../../bytes/errors.ts';
import { AvailabilityError, StoreError } from '../errors.ts';

/** Result codes of SQLite (https://www.sqlite.org/rescode.html): the low byte is the primary code. */
const UNAVAILABLE: ReadonlyMap<number, string> = new Map([
  [5, 'the database is locked by another process'],
  [6, 'the database is locked'],
  [7, 'out of memory'],
  [8, 'the database cannot be written'],
  [9, 'interrupted'],
  [10, 'the disk failed'],
  [11, 'the database is damaged'],
  [13, 'the disk or the database is full'],
  [14, 'the database cannot be opened'],
  [15, 'the locks of the database do not work'],
]);

const CONSTRAINT = 19;
const CORRUPT = 11;
const NOTADB = 26;
/** SQLITE_IOERR_FSYNC and SQLITE_IOERR_DIR_FSYNC. */
const FSYNC_FAILED = new Set([1034, 1290]);

/** An error of SQLite in the store's own terms; anything else, a mistake in a statement included, as it came. */
export function translate(error: unknown): unknown {
  const code = resultCode(error);
  if (code === undefined) return error;
  const primary = code & 0xff;
  const details = { cause: error, actual: `SQLite result code ${code}` };
  if (primary === CONSTRAINT) {
    return new StoreError('constraint_violated', 'a row breaks a constraint', details);
  }
  if (primary === NOTADB) return new StoreError('store_foreign', 'the file is not a database', details);
  const reason = UNAVAILABLE.get(primary);
  return reason === undefined ? error : new AvailabilityError('store_unavailable', reason, details);
}

/**
 * Whether a failure leaves nothing that could be trusted to write again. After a failed fsync the kernel may count lost
 * pages as clean, and a second fsync would succeed without them; a damaged database only gets worse.
 */
export function isFinal(error: unknown): boolean {
  const code = resultCode(error instanceof SextantError ? error.cause : error);
  if (code === undefined) return false;
  return FSYNC_FAILED.has(code) || (code & 0xff) === CORRUPT || (code & 0xff) === NOTADB;
}

function resultCode(error: unknown): number | undefined {
  if (!(error instanceof Error && 'errcode' in error)) return undefined;
  return typeof error.errcode === 'number' ? error.errcode : undefined;
}
