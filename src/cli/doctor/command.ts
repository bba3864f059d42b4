import { Command } from 'commander';
import { addSettings, configured } from '../configuration/command.ts';
import { VERIFIER } from '../serve/settings.ts';

/** Takes what `sextant serve` takes, and looks at the machine instead of serving on it. */
export function doctorCommand(): Command {
  const command = new Command('doctor').description(
    'Look at this machine as a verifier would use it, before it serves or meanwhile, and say what to mend.',
  );
  return addSettings(command, VERIFIER)
    .option('--json', 'print JSON')
    .addHelpText(
      'after',
      `
Give it what the verifier is given, e.g. the same --config, and run it as the verifier's user. It changes nothing; to see how long the
disk takes it writes a file into the data folder, and removes it. Exit status: 0, 1 where there is a problem, 2 where it could not look.

Examples:
  sextant doctor --config /etc/sextant/verifier.json
  sextant doctor --collateral offline --json`,
    )
    .action(
      configured(VERIFIER, async (settings, { json }: { readonly json?: boolean }) => {
        const { examine } = await import('./examine.ts');
        const { report } = await import('./report.ts');
        process.exitCode = report(await examine(settings), json === true);
      }),
    );
}
