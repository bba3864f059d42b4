import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { exportCollateral } from '../../collateral/exchange/export.ts';
import { EXIT } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { dim, green } from '../terminal/style.ts';
import { type CollateralFlags, collateralCommand, openCollateral } from './flags.ts';

export function exportCommand(): Command {
  return collateralCommand('export', 'Write what is cached to files, for machines without a network.')
    .argument('<dir>', 'made where it is not there; files of the same names are replaced')
    .addHelpText(
      'after',
      `
One folder for each of Intel's platforms, and one for AMD's chips:
  DIR/intel-tdx-90c06f000000-platform/   tcbInfo.json, tcbchain.pem, qeIdentity.json, qechain.pem, rootcrl.hex, pckcrl.hex
  DIR/amd/                               certificates of chips, chains and CRLs
Each serves \`sextant verify --collateral\`; \`sextant collateral import DIR\` reads all of them back.

Examples:
  sextant collateral export carried/
  sextant verify quote.bin --collateral carried/intel-tdx-90c06f000000-platform`,
    )
    .action(async (directory: string, flags: CollateralFlags) => {
      process.exitCode = await write(directory, flags);
    });
}

async function write(directory: string, flags: CollateralFlags): Promise<number> {
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
