import { Command } from 'commander';
import type { ImportFlags } from './import.ts';

/** `sextant trust import`: manufacturers' bundles of EK authorities, each proposed by itself. */
export function trustImportCommand(): Command {
  return new Command('import')
    .description('Propose every EK authority of a bundle, each as a trust input of its own.')
    .argument('<path...>', 'certificates (PEM, DER, .p7b), or folders of them as TrustedTpm.cab unpacks')
    .option('--dry-run', 'say what would be proposed, and speak to no verifier')
    .option(
      '--version <text>',
      'of the proposals; another than before to propose again what was refused',
      '1',
    )
    .option('--as <name>', 'speak with the token saved under this name')
    .option('--url <url>', 'the verifier (default: SEXTANT_URL, else http://127.0.0.1:8080)')
    .option('--data <folder>', 'where tokens are saved (default: SEXTANT_DATA, else ./.sextant)')
    .option('--json', 'print the outcome as JSON')
    .addHelpText(
      'after',
      `
A bundle proves nothing: another principal looks at each authority (sextant trust show) and approves it. Certificates that are not
strict DER are proposed only of manufacturers that are known for it; docs/trust-anchors.md names them.

Exit status: 0, or 1 where a certificate could not be read.`,
    )
    .action(async (paths: readonly string[], flags: ImportFlags) => {
      const { importBundle } = await import('./import.ts');
      process.exitCode = await importBundle(paths, flags);
    });
}
