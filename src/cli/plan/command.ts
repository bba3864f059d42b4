import { Command, InvalidArgumentError } from 'commander';
import { CAUTIOUS, SEEN_EXCESS_MS } from '../../location/plan/rtt-model.ts';
import { gradeOption, wholeNumber } from '../locate/flags.ts';
import type { PlanFlags } from './plan.ts';

export function planCommand(): Command {
  return new Command('plan')
    .description('Where to put landmarks, so that each facility can be proven inside its countries.')
    .requiredOption('--facilities <file>', 'CSV or JSON: see below; - for standard input')
    .requiredOption('--candidates <file>', 'CSV or JSON: see below')
    .addOption(gradeOption())
    .option('--tolerate <f>', 'how many control groups may lie (f)', wholeNumber, 1)
    .option(
      '--excess <ms>',
      `expected RTT in excess of fibre: milliseconds, or ${Object.keys(SEEN_EXCESS_MS).join(', ')} of what was seen`,
      excess,
      CAUTIOUS.excessMs,
    )
    .option('--stretch <times>', 'length of the way over the straight line', stretch, CAUTIOUS.stretch)
    .option('--json', 'print one JSON document')
    .addHelpText(
      'after',
      `
facilities  id,latitude,longitude,countries                 countries: alpha-2 by spaces; proven inside them together
candidates  id,controlGroup,latitude,longitude,existing     existing: true where a landmark stands already

A plan reckons with expected round trips and proves nothing; its figures are cautious, and yours are better: measure.

Exit status: 0 every facility provable, 1 one or more not; 2 for what could not be read.

Example:
  sextant plan --facilities facilities.csv --candidates sites.csv --tolerate 1 --excess p50`,
    )
    .action(async (flags: PlanFlags) => {
      const { plan } = await import('./plan.ts');
      process.exitCode = await plan(flags);
    });
}

function excess(text: string): number {
  const seen = Object.entries(SEEN_EXCESS_MS).find(([name]) => name === text);
  if (seen !== undefined) return seen[1];
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text);
  throw new InvalidArgumentError(
    `expected milliseconds, or one of ${Object.keys(SEEN_EXCESS_MS).join(', ')}.`,
  );
}

function stretch(text: string): number {
  if (/^\d+(\.\d+)?$/.test(text) && Number(text) >= 1) return Number(text);
  throw new InvalidArgumentError('expected a number, 1 or more.');
}
