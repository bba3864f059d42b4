import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Report } from '../../../src/dashboard/views/import/report.ts';
import { reportCsv } from '../../../src/dashboard/views/import/report-csv.ts';
import { fileOfRows, splitRows } from '../../../src/dashboard/views/import/split-rows.ts';

/** As the verifier reads a CSV (service/registry/read-import.ts). */
const records = (text: string): string[][] =>
  parse(text, { bom: true, relax_column_count: true, skip_empty_lines: true });

const quoted = (cell: string): string => `"${cell.replaceAll('"', '""')}"`;

it('counts the rows of a CSV as the verifier does, and each is the record that it reads', () => {
  const cell = fc.oneof(
    fc.stringMatching(/^[a-z0-9 =가-힣]{0,6}$/).map((text) => `k${text}`),
    fc.string({ unit: fc.constantFrom('"', ',', '\r', '\n', '\r\n', 'a', ' '), maxLength: 8 }).map(quoted),
  );
  const row = fc.oneof(
    { weight: 4, arbitrary: fc.array(cell, { minLength: 1, maxLength: 4 }) },
    fc.constant(['']),
  );
  fc.assert(
    fc.property(
      fc.array(cell, { minLength: 1, maxLength: 3 }),
      fc.array(row, { maxLength: 8 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom('', '\ufeff'),
      fc.boolean(),
      (names, rows, end, mark, ended) => {
        const lines = [names.map((name) => name.replace(/[\r\n]/g, '')), ...rows];
        const text = mark + lines.map((cells) => cells.join(',')).join(end) + (ended ? end : '');
        const split = splitRows(text);
        if (split === null) throw new Error('a CSV is never JSON here');
        const [header, ...data] = records(text);
        expect(records(split.header ?? '')[0]).toEqual(header);
        expect(split.rows.map((one) => records(one)[0])).toEqual(data);
        expect(records(fileOfRows(split, split.rows))).toEqual([header, ...data]);
      },
    ),
  );
});

it('tells by its first character what a file is', () => {
  expect(splitRows('\ufeff [{"kind":"gpu"}, 5]')).toEqual({
    mediaType: 'application/json',
    header: null,
    rows: ['{"kind":"gpu"}', '5'],
  });
  expect(splitRows('{"kind":"gpu"}\r\n\r\nx\n')).toEqual({
    mediaType: 'application/x-ndjson',
    header: null,
    rows: ['{"kind":"gpu"}', '', 'x'],
  });
  expect(splitRows('kind,serial')).toEqual({ mediaType: 'text/csv', header: 'kind,serial', rows: [] });
  for (const broken of ['[{"kind":', '[1] 2']) expect(splitRows(broken), broken).toBeNull();
  const parts = splitRows('[{"a":1},{"b":2}]');
  expect(parts === null ? null : JSON.parse(fileOfRows(parts, parts.rows.slice(1)))).toEqual([{ b: 2 }]);
});

it('writes a report that a spreadsheet takes for no formula', () => {
  const rejected = { outcome: 'rejected', id: null, leafIndex: null, code: 'field_unknown' } as const;
  const report: Report = {
    dryRun: false,
    rows: 2,
    rejected: 1,
    results: [
      { row: 1, outcome: 'created', id: 'dev_1', leafIndex: 7, code: null, field: null, message: null },
      { ...rejected, row: 2, field: '=HYPERLINK("http://x")', message: 'leave out, or "mend"' },
    ],
  };
  expect(records(reportCsv('deviceId', report, (code) => `-${code}`))).toEqual([
    ['row', 'outcome', 'deviceId', 'leafIndex', 'code', 'field', 'message', 'mend'],
    ['1', 'created', 'dev_1', '7', '', '', '', ''],
    [
      '2',
      'rejected',
      '',
      '',
      'field_unknown',
      `'=HYPERLINK("http://x")`,
      'leave out, or "mend"',
      "'-field_unknown",
    ],
  ]);
});
