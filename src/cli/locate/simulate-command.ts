import { Command, InvalidArgumentError } from 'commander';
import { wholeNumber } from './flags.ts';
import type { SimulateFlags } from './simulate.ts';

export function simulateCommand(): Command {
  return new Command('simulate')
    .description(
      'Simulated adversaries against the solver: no proof may be false while at most f groups lie.',
    )
    .option('--runs <n>', 'adversaries within the assumptions', runs, 100_000)
    .option('--seed <n>', 'the same seed makes the same adversaries', wholeNumber, 1)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
Each adversary's key stands outside the country that it is to be proven in. Attacks: added-delay (each landmark sees what
it would see of the facility), stolen-key (the fastest answers that physics allows, from elsewhere), lying-low, lying-high
and misplaced landmarks, mixed. Beside them honest hosts, and landmarks of which more than f control groups lie.

Exit status: 0 no false proof within the assumptions, 1 one or more.`,
    )
    .action(async (flags: SimulateFlags) => {
      const { simulate } = await import('./simulate.ts');
      process.exitCode = await simulate(flags);
    });
}

function runs(text: string): number {
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number from 1 to 99999999.');
}
