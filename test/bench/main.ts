import { parseArgs } from 'node:util';
import type { Row } from './row.ts';

/** Every benchmark by the name it is asked for; each is loaded only when it runs. */
const BENCHES: ReadonlyMap<string, () => Promise<Row[]>> = new Map<string, () => Promise<Row[]>>([
  ['tpm-quote', async () => (await import('./tpm-quote.ts')).tpmQuote()],
  ['eventlog', async () => (await import('./eventlog.ts')).eventlog()],
  ['intel', async () => (await import('./intel.ts')).intel()],
  ['snp', async () => (await import('./snp.ts')).snp()],
  ['nvidia', async () => (await import('./nvidia.ts')).nvidia()],
  ['composite', async () => (await import('./composite.ts')).composite()],
  ['location', async () => (await import('./location.ts')).location()],
  ['store', async () => (await import('./store.ts')).store()],
  ['service', async () => (await import('./service/service.ts')).service()],
  ['service-million', async () => (await import('./service/million.ts')).million()],
  ['reboot', async () => (await import('./reboot.ts')).reboot()],
  ['landmark', async () => (await import('./landmark.ts')).landmark()],
  ['record', async () => (await import('./record.ts')).record()],
  ['audit', async () => (await import('./audit.ts')).audit()],
  ['status', async () => (await import('./status.ts')).status()],
  ['gate', async () => (await import('./gate.ts')).gate()],
  ['page', async () => (await import('./page.ts')).page()],
  ['gate-million', async () => (await import('./gate/million.ts')).gateMillion()],
]);

/** These take minutes, and run only where they are named. */
const LONG: ReadonlySet<string> = new Set(['gate-million', 'reboot', 'service-million']);

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
const names = positionals.length > 0 ? positionals : [...BENCHES.keys()].filter((name) => !LONG.has(name));
const unknown = names.filter((name) => !BENCHES.has(name));

if (values.help || unknown.length > 0) {
  const list = [...BENCHES.keys()].map((name) => `  ${name}`).join('\n');
  process.stderr.write(
    `${unknown.length > 0 ? `No benchmark is called ${unknown.join(', ')}.\n` : ''}` +
      `npm run bench [-- NAME …] [--json]\nRatios are against a baseline taken in the same run.\n${list}\n`,
  );
  process.exitCode = unknown.length > 0 ? 2 : 0;
} else {
  const rows: Row[] = [];
  for (const name of names) {
    if (!values.json) process.stderr.write(`${name} …\n`);
    rows.push(...((await BENCHES.get(name)?.()) ?? []));
  }
  process.stdout.write(values.json ? `${JSON.stringify(rows, null, 2)}\n` : `${asText(rows)}\n`);
}

function asText(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    figure(row.value),
    row.unit,
    figure(row.baseline),
    percent(row.ratio),
  ]);
  const table = [['name', 'value', 'unit', 'baseline', 'ratio'], ...cells];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  return table
    .map((line) =>
      line
        .map((cell, column) =>
          column === 0 || column === 2
            ? cell.padEnd(widths[column] ?? 0)
            : cell.padStart(widths[column] ?? 0),
        )
        .join('  ')
        .trimEnd(),
    )
    .join('\n');
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3);
}

function percent(ratio: number): string {
  return `${(ratio * 100).toFixed(0)} %`;
}
