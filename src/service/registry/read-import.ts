import { CsvError } from 'csv-parse';
import { parse as parseCsv } from 'csv-parse/sync';
import { SextantError } from '../../bytes/errors.ts';
import { type JsonValue, parseJson } from '../../bytes/json.ts';
import { fromUtf8 } from '../../bytes/text.ts';
import { MAX_IMPORT_BYTES, MAX_IMPORT_ROWS } from '../../protocol/import-limits.ts';
import { RequestError } from '../errors.ts';

const MAX_ROW_BYTES = 4_096;

export const IMPORT_MEDIA_TYPES = ['application/json', 'application/x-ndjson', 'text/csv'] as const;

/** A row as it stands in the file: nothing is known of it yet. */
export type RawRow = { readonly row: number } & (
  | { readonly value: JsonValue }
  /** What is wrong with it before it could be read. */
  | { readonly malformed: string }
);

/** A file as it was sent. */
export type ImportFile = {
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  /** Asked is only what would become of it. */
  readonly dryRun: boolean;
};

/** What a file holds: the columns of its CSV, in any order, those that it must have, and how a row of cells is read. */
export type ImportForm = {
  /** `devices`: for messages. */
  readonly noun: string;
  readonly columns: readonly string[];
  readonly needed: readonly string[];
  /** An empty cell says nothing, like an absent member, and is not among `cells`. */
  readonly valueOf: (cells: ReadonlyMap<string, string>) => JsonValue;
};

/**
 * Reads a file into rows: a JSON array, JSON lines, or CSV (RFC 4180) with a header.
 * @throws RequestError `invalid_request` when the file as a whole cannot be read: nothing of it was taken then
 */
export function readImport(form: ImportForm, mediaType: string, bytes: Uint8Array): RawRow[] {
  const rows = readRows(form, mediaType, bytes);
  if (rows.length === 0) throw refuse('the file holds no rows', 'at least one row');
  if (rows.length <= MAX_IMPORT_ROWS) return rows;
  throw refuse(`the file holds ${rows.length} rows: split it`, `at most ${MAX_IMPORT_ROWS} rows`);
}

function readRows(form: ImportForm, mediaType: string, bytes: Uint8Array): RawRow[] {
  switch (mediaType) {
    case 'text/csv':
      return readCsv(form, bytes);
    case 'application/x-ndjson':
      return readLines(bytes);
    default:
      return readArray(form, bytes);
  }
}

function readArray({ noun }: ImportForm, bytes: Uint8Array): RawRow[] {
  const value = parseJson(bytes, { maxBytes: MAX_IMPORT_BYTES, maxDepth: 8, maxNodes: MAX_IMPORT_ROWS * 24 });
  if (!Array.isArray(value)) throw refuse(`the file is not a JSON array of ${noun}`, 'a JSON array');
  return value.map((item: JsonValue, index) => ({ row: index + 1, value: item }));
}

function readLines(bytes: Uint8Array): RawRow[] {
  const lines = fromUtf8(bytes, 'body').split(/\r?\n/);
  // A file of lines ends with a line end, so the last piece is empty.
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => ({ row: index + 1, ...readLine(line) }));
}

function readLine(line: string): { readonly value: JsonValue } | { readonly malformed: string } {
  try {
    return { value: parseJson(line, { maxBytes: MAX_ROW_BYTES, maxDepth: 8, maxNodes: 64 }) };
  } catch (error) {
    if (error instanceof SextantError)
      return { malformed: `the line is not one JSON object: ${error.message}` };
    throw error;
  }
}

function readCsv(form: ImportForm, bytes: Uint8Array): RawRow[] {
  const [header, ...records] = parseRecords(fromUtf8(bytes, 'body'));
  const columns = header?.map((name) => name.trim()) ?? [];
  requireColumns(form, columns);
  return records.map((cells, index) => {
    const row = index + 1;
    if (cells.length !== columns.length) {
      return { row, malformed: `the row has ${cells.length} cells, the header ${columns.length}` };
    }
    const named = columns.map((name, at) => [name, cells[at]?.trim() ?? ''] as const);
    return { row, value: form.valueOf(new Map(named.filter(([, text]) => text !== ''))) };
  });
}

function parseRecords(text: string): string[][] {
  try {
    return parseCsv(text, {
      bom: true,
      relax_column_count: true,
      skip_empty_lines: true,
      max_record_size: MAX_ROW_BYTES,
    });
  } catch (error) {
    // The library's own sentence names the line and the quote.
    if (error instanceof CsvError) throw refuse(`the file is not CSV: ${error.message}`, 'RFC 4180');
    throw error;
  }
}

function requireColumns({ columns: known, needed }: ImportForm, columns: readonly string[]): void {
  const help = `The first row names the columns: ${known.join(', ')}, in any order; ${needed.join(', ')} needed.`;
  const strange = columns.filter((name) => !known.includes(name));
  if (strange.length > 0) throw refuse(`unknown columns ${strange.join(', ').slice(0, 200)}. ${help}`, help);
  if (new Set(columns).size !== columns.length) throw refuse(`a column occurs twice. ${help}`, help);
  const missing = needed.filter((name) => !columns.includes(name));
  if (missing.length > 0) throw refuse(`there is no column ${missing.join(', ')}. ${help}`, help);
}

function refuse(message: string, expected: string): RequestError {
  return new RequestError('invalid_request', message, { path: 'body', expected });
}
