import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { deviceTable, reportPage } from '../../../src/record/report/index.ts';
import { deviceOf, reportOf } from './shown.ts';

const HOSTILE = [
  '=HYPERLINK("https://evil.example","x")',
  '+1',
  '-1+1',
  '@SUM(A1)',
  '\t=1',
  ' =1',
  'a,"b"\r\nc',
  '"><script src=//evil.example></script>',
  "' onmouseover='x",
  '\u202egnp.exe',
] as const;

describe('the table of devices', () => {
  it('has one line for each, as RFC 4180 has it, and gives every value back', () => {
    const devices = HOSTILE.map((serial, place) => deviceOf({ id: `dev_${place}`, serial }));
    const table = deviceTable({ devices });
    expect(table.endsWith('\r\n')).toBe(true);
    const rows: { serial: string; level: string }[] = parse(table, {
      columns: true,
      record_delimiter: '\r\n',
    });
    expect(rows.map(({ serial }) => serial.replace(/^'(?=\s*[=+\-@\t])/, ''))).toEqual([...HOSTILE]);
    expect(rows[0]?.level).toBe('G3');
  });

  it('has nothing that a spreadsheet would run', () => {
    const devices = HOSTILE.map((model) => deviceOf({ model }));
    const rows: string[][] = parse(deviceTable({ devices }), { record_delimiter: '\r\n' });
    expect(rows.flat().filter((value) => /^\s*[=+\-@\t\r]/.test(value))).toEqual([]);
  });
});

describe('the page', () => {
  it('holds no script, no address and no name that is not escaped', async () => {
    const devices = HOSTILE.map((serial) => deviceOf({ serial, holds: [] }));
    const holds = [
      {
        id: 'lat_1',
        subject: 'party:x',
        code: 'x',
        sentence: '<img src=x onerror=y>',
        since: '2026-03-01T00:00:00Z',
      },
    ];
    const page = reportPage(await reportOf({ devices, holds }), {
      accepted: true,
      sentence: 'Verified <now>.',
    });
    expect(page).not.toMatch(/<script|<img|<link|<iframe|onerror=y>|url\(|@import|\u202e/);
    // Names are text: in no tag is there anything but what the page itself writes.
    const tags = [...page.matchAll(/<[^>]*>/g)].map(([tag]) => tag);
    expect(tags.filter((tag) => /evil|onmouseover|https?:/.test(tag))).toEqual([]);
    expect(page).toContain('&#60;img src=x onerror=y&#62;');
    expect(page).toContain('\\u202egnp.exe');
    expect(page).toContain('Verified &#60;now&#62;.');
  });

  it('says what it shows: weaknesses in words, holds, and whether it was verified', async () => {
    const page = reportPage(await reportOf(), {
      accepted: false,
      sentence: 'Not verified: report.signature.',
    });
    expect(page).toContain('class="verdict bad">Not verified: report.signature.');
    expect(page).toContain('The proof of place assumes solid glass fibre (grade B).');
    expect(page).toContain('@media print');
  });
});
