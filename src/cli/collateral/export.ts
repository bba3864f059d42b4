import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportCollateral } from '../../collateral/exchange/export.ts';
import { EXIT } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { dim, green } from '../terminal/style.ts';
import type { CollateralFlags } from './flags.ts';
import { openCollateral } from './open.ts';

/** Writes what is cached as files, and answers the exit status. */
export async function exportTo(directory: string, flags: CollateralFlags): Promise<number> {
  const { cache, folder } = await openCollateral(flags, 'offline');
  const folders = await withProgress('reading the cache', () => exportCollateral(cache));
  for (const { name, files } of folders) {
    const target = join(directory, name);
    mkdirSync(target, { recursive: true });
    for (const [file, bytes] of files) writeFileSync(join(target, file), bytes);
  }
  if (flags.json === true) {
    const printed = folders.map(({ name, files }) => ({
      folder: join(directory, name),
      files: [...files.keys()],
    }));
    process.stdout.write(`${JSON.stringify(printed, null, 2)}\n`);
  } else if (folders.length === 0) {
    process.stdout.write(`Nothing is cached in ${folder}: nothing was written.\n`);
    process.stdout.write(dim('Next: sextant collateral fetch --for quote.bin\n'));
  } else {
    for (const { name, files } of folders) {
      process.stdout.write(`${green('✓')} ${join(directory, name)}  ${files.size} files\n`);
    }
    process.stdout.write(dim(`Next, there: sextant collateral import ${directory}\n`));
  }
  return folders.length === 0 ? EXIT.refused : EXIT.ok;
}
