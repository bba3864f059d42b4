import { createReadStream, existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import { openRaw, type PlaceFlags, placedCommand } from './place.ts';

export function importCommand(): Command {
  return placedCommand(
    'import',
    'Fill a new database with what was exported from another: all of it, or nothing.',
  )
    .argument('<file>', 'as `sextant db export` wrote it')
    .action(read);
}

async function read(file: string, flags: PlaceFlags): Promise<void> {
  if (!existsSync(file)) throw new UsageError('unreadable', `there is no ${file}`);
  const { importDatabase } = await import('../../store/transfer/import.ts');
  const database = await openRaw(flags);
  try {
    const { tables, rows, leaves } = await importDatabase(database, linesOf(file));
    process.stdout.write(
      `${rows} rows in ${tables} tables; the log's ${leaves} leaves yield its root. Start the verifier with the same keys (--keys).\n`,
    );
  } finally {
    await database.close();
  }
}

/** Opened when the first is asked for: lines that nobody waits for yet would be lost. */
async function* linesOf(file: string): AsyncGenerator<string> {
  yield* createInterface({ input: createReadStream(file, 'utf8'), crlfDelay: Number.POSITIVE_INFINITY });
}
