import type { ImportReport } from '../../../protocol/device.ts';

/** As the verifier answers it; to be read alone. */
export type Report = Omit<ImportReport, 'results'> & { readonly results: readonly Result[] };
export type Result = Readonly<ImportReport['results'][number]>;

/** What a row was rejected for. */
export type Code = NonNullable<Result['code']>;

const COLUMNS = ['row', 'outcome', 'deviceId', 'leafIndex', 'code', 'field', 'message'] as const;

/** The report as a table for other programs: RFC 4180, after a byte order mark, by which spreadsheets know UTF-8. */
export function reportCsv({ results }: Report, mendOf: (code: Code) => string): string {
  const rows = results.map((result) => [
    ...COLUMNS.map((name) => result[name]),
    result.code === null ? null : mendOf(result.code),
  ]);
  const lines = [[...COLUMNS, 'mend'], ...rows].map((cells) => cells.map(cellOf).join(','));
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

/** Quoted where it must be. What a spreadsheet would take for a formula is made text: parts of it others wrote. */
function cellOf(value: string | number | null): string {
  const text = String(value ?? '');
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
