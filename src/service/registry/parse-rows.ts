import type { ZodType } from 'zod';
import type { RawRow } from './read-import.ts';

/** Why a row is not taken, and what to do about it; the codes are those of any file, and what else its kind of file says. */
export type RejectedRow<Code extends string = never> = {
  readonly code: 'row_malformed' | 'field_unknown' | 'field_invalid' | Code;
  readonly field: string;
  readonly message: string;
};

/** A row of a file: what it asks for, by its schema, or why it is not taken. */
export type ParsedRow<Wanted, Code extends string = never> = {
  readonly row: number;
  readonly wanted: Wanted | RejectedRow<Code>;
};

export function parseRows<Wanted>(rows: readonly RawRow[], schema: ZodType<Wanted>): ParsedRow<Wanted>[] {
  return rows.map((raw) => {
    const { row } = raw;
    if ('malformed' in raw) {
      return { row, wanted: { code: 'row_malformed', field: 'row', message: raw.malformed } };
    }
    const parsed = schema.safeParse(raw.value);
    return { row, wanted: parsed.success ? parsed.data : firstIssue(parsed.error.issues) };
  });
}

/**
 * The rows of a file that speaks of each thing once: a later row of a thing is rejected.
 *
 * @param by what tells the things apart, the field that holds it, and what a row says of its thing: `names the same device`
 */
export function onceEach<Wanted extends object>(
  rows: readonly ParsedRow<Wanted>[],
  by: { readonly keyOf: (wanted: Wanted) => string; readonly field: string; readonly says: string },
): ParsedRow<Wanted, 'duplicate_row'>[] {
  const firstRows = new Map<string, number>();
  return rows.map((parsed) => {
    const { row, wanted } = parsed;
    if ('code' in wanted) return parsed;
    const key = by.keyOf(wanted);
    const first = firstRows.get(key);
    if (first !== undefined) {
      const message = `row ${first} ${by.says}: keep one of them`;
      return { row, wanted: { code: 'duplicate_row', field: by.field, message } };
    }
    firstRows.set(key, row);
    return parsed;
  });
}

type Issue = {
  readonly code?: string | undefined;
  readonly path: readonly PropertyKey[];
  readonly message: string;
  readonly keys?: readonly string[];
};

/** What is wrong with a row that is not what its schema asks for: a code, the first field, and every sentence. */
function firstIssue(issues: readonly Issue[]): RejectedRow {
  const [first] = issues;
  if (first?.code === 'unrecognized_keys') {
    const names = (first.keys ?? []).join(', ').slice(0, 100);
    return { code: 'field_unknown', field: names, message: `there is no such member: leave out ${names}` };
  }
  const all = issues.map(({ path, message }) => `${path.join('.') || 'row'}: ${message}`).join('; ');
  return { code: 'field_invalid', field: first?.path.join('.') || 'row', message: all.slice(0, 500) };
}
