import type { Report } from './report.ts';

/** The report as a table for other programs: RFC 4180, after a byte order mark, by which spreadsheets know UTF-8. */
export function reportCsv(idName: string, { results }: Report, mendOf: (code: string) => string): string {
  const names = ['row', 'outcome', idName, 'leafIndex', 'code', 'field', 'message', 'mend'];
  const rows = results.map(({ row, outcome, id, leafIndex, code, field, message }) => [
    row,
    outcome,
    id,
    leafIndex,
    code,
    field,
    message,
    code === null ? null : mendOf(code),
  ]);
  const lines = [names, ...rows].map((cells) => cells.map(cellOf).join(','));
  return `\ufeff${lines.join('\r\n')}\r\n`;
}

/** Quoted where it must be. What a spreadsheet would take for a formula is made text: parts of it others wrote. */
function cellOf(value: string | number | null): string {
  const text = String(value ?? '');
  const inert = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
