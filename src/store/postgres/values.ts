import { StoreError } from '../errors.ts';

/** Types of columns and expressions by their object identifiers (PostgreSQL, pg_type.dat). */
const BOOL = 16;
const BYTEA = 17;
const INT8 = 20;
const INT2 = 21;
const INT4 = 23;
const NUMERIC = 1700;

/** What a column's text stands for. */
export type ReadText = (text: string) => unknown;

const READERS: ReadonlyMap<number, ReadText> = new Map<number, ReadText>([
  [BOOL, (text) => (text === 't' ? 1 : 0)],
  [BYTEA, readBytes],
  [INT2, Number],
  [INT4, Number],
  [INT8, readInteger],
  [NUMERIC, readInteger],
]);

/** What a value is in a row, by its type, from its text: as SQLite gives it (port.ts, `Scalar`). Anything else stays text. */
export const VALUE_TYPES = {
  getTypeParser: (oid: number): ReadText => READERS.get(oid) ?? asItIs,
};

/** Sums of integers come as `numeric`. @throws StoreError `value_too_large` rather than a number that is nearly right */
function readInteger(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value)) return value;
  throw new StoreError('value_too_large', 'a number of the database is no safe integer', { actual: text });
}

/** `\x` and hexadecimal digits: what `bytea_output` is set to (open.ts). */
function readBytes(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.slice(2), 'hex'));
}

function asItIs(text: string): string {
  return text;
}
