import { Option } from 'commander';
import { isJsonObject } from '../../bytes/json.ts';
import type { Operation } from '../client/api-command.ts';
import { EXIT, UsageError } from '../failure.ts';
import { readInput } from '../read-input.ts';

const MEDIA_TYPES = { json: 'application/json', ndjson: 'application/x-ndjson', csv: 'text/csv' } as const;

type ImportOptions = { readonly format?: keyof typeof MEDIA_TYPES; readonly dryRun?: boolean };
type Import = Pick<Operation<ImportOptions>, 'name' | 'description' | 'help'> & {
  readonly path: string;
  readonly columns: readonly string[];
  /** How the report counts its rows. */
  readonly outcomes: readonly string[];
};

/** A command that sends a file with a row for each thing, and shows what became of each; 1 where any was rejected. */
export function importOperation({ path, columns, outcomes, ...about }: Import): Operation<ImportOptions> {
  return {
    ...about,
    arguments: [['<file>', 'JSON, JSON lines or CSV; - for standard input']],
    options: [
      new Option('--format <format>', 'where the name does not say').choices(Object.keys(MEDIA_TYPES)),
      new Option('--dry-run', 'say what would become of each row, and keep nothing'),
    ],
    request: ([file = '-'], { format, dryRun }) => ({
      method: 'POST',
      path: dryRun === true ? `${path}?dryRun=true` : path,
      body: { mediaType: MEDIA_TYPES[format ?? formatOf(file)], bytes: new Uint8Array(readInput(file)) },
    }),
    view: {
      kind: 'table',
      member: 'results',
      columns: [...columns, 'code', 'field', 'message'],
      empty: 'No rows.',
    },
    conclude: (answer) => {
      if (!isJsonObject(answer)) return undefined;
      if (answer['rejected'] !== 0) process.exitCode = EXIT.refused;
      const counts = outcomes.map((name) => `${String(answer[name])} ${name}`).join(', ');
      return answer['dryRun'] === true ? `It would be ${counts}. Nothing was kept.` : counts;
    },
  };
}

function formatOf(file: string): keyof typeof MEDIA_TYPES {
  if (file.endsWith('.csv')) return 'csv';
  if (/\.(?:ndjson|jsonl)$/.test(file)) return 'ndjson';
  if (file.endsWith('.json')) return 'json';
  throw new UsageError(
    'usage',
    `the name ${file} does not say its format`,
    'Give --format json, ndjson or csv.',
  );
}
