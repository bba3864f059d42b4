import { createWriteStream, existsSync, rmSync } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { UsageError } from '../failure.ts';
import { openRaw, type PlaceFlags, placedCommand } from './place.ts';

export function exportCommand(): Command {
  return placedCommand('export', 'Write everything that a database holds to a file, as it is at one moment.')
    .argument('<file>', 'must not exist; readable by its owner alone, for it holds what the database holds')
    .action(write);
}

async function write(file: string, flags: PlaceFlags): Promise<void> {
  if (existsSync(file)) throw new UsageError('unwritable', `${file} exists`, 'Name a file that does not.');
  const { exportDatabase } = await import('../../store/transfer/export.ts');
  const database = await openRaw(flags);
  let lines = 0;
  try {
    const counted = async function* (): AsyncGenerator<string> {
      for await (const line of exportDatabase(database)) {
        lines++;
        yield line;
      }
    };
    await pipeline(counted, createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true }));
  } catch (error) {
    // Half of it is nothing.
    rmSync(file, { force: true });
    throw error;
  } finally {
    await database.close();
  }
  process.stdout.write(
    `${file} holds ${lines - 2} rows. The keys are not in it: they stay in their folder.\n`,
  );
}
