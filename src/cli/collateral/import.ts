import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { importCollateral } from '../../collateral/exchange/import.ts';
import type { ImportRow } from '../../collateral/exchange/import-item.ts';
import { EXIT, UsageError } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { bold, dim, green, red, yellow } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';
import { wrap } from '../terminal/wrap.ts';
import { readEvidence } from '../verify/read-evidence.ts';
import type { CollateralFlags } from './flags.ts';
import { openCollateral } from './open.ts';

const MAX_FOLDERS = 10_000;

/** Takes in documents, prints what became of each file, and answers the exit status. @throws UsageError `unreadable` */
export async function importFrom(directory: string, flags: CollateralFlags): Promise<number> {
  const { collateral, channel } = await openCollateral(flags, 'offline');
  const rows: ImportRow[] = [];
  for (const { prefix, path } of foldersOf(directory)) {
    const files = readEvidence(path);
    const found = await withProgress(`judging ${path}`, () => importCollateral(files, collateral, channel));
    rows.push(
      ...found.map((row) => ({
        ...row,
        file: row.file
          .split(' + ')
          .map((file) => prefix + file)
          .join(' + '),
      })),
    );
  }
  if (flags.json === true) process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
  else process.stdout.write(describe(directory, rows));
  return rows.some(({ outcome }) => outcome === 'refused') ? EXIT.refused : EXIT.ok;
}

/** The folder itself, then those in it. */
function foldersOf(directory: string): { readonly prefix: string; readonly path: string }[] {
  const itself = { prefix: '', path: directory };
  try {
    const below = readdirSync(directory, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => ({ prefix: `${name}/`, path: join(directory, name) }))
      .sort((a, b) => (a.prefix < b.prefix ? -1 : 1));
    if (below.length <= MAX_FOLDERS) return [itself, ...below];
  } catch (cause) {
    throw new UsageError('unreadable', `cannot read ${directory}`, 'Name an existing folder.', cause);
  }
  throw new UsageError('unreadable', `${directory} holds more than ${MAX_FOLDERS} folders`);
}

const MARKS: Readonly<Record<ImportRow['outcome'], string>> = {
  accepted: green('✓ accepted'),
  'newer held': yellow('– newer held'),
  refused: red('✗ refused'),
  'passed over': dim('– passed over'),
};

function describe(directory: string, rows: readonly ImportRow[]): string {
  if (rows.length === 0) return `There are no documents in ${printable(directory)}.\n`;
  const columns = [
    { title: 'FILE', value: ({ file }: ImportRow) => printable(file), max: 60 },
    { title: 'OUTCOME', value: ({ outcome }: ImportRow) => MARKS[outcome] },
    { title: 'DOCUMENT', value: ({ key }: ImportRow) => printable(key ?? '–'), max: 60 },
  ];
  const reasons = rows
    .filter(({ reason, outcome }) => reason !== null && outcome === 'refused')
    .map(({ file, code, reason }) =>
      [`${red('✗')} ${bold(printable(file))} ${code}`, wrap(printable(reason ?? ''), '    ')].join('\n'),
    );
  return `${[table(columns, rows), ...reasons].join('\n')}\n`;
}
