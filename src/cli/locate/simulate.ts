import { setImmediate } from 'node:timers/promises';
import type { Jurisdictions } from '../../location/jurisdictions.ts';
import { campaign, run, type Tally, type Task } from '../../location/simulation/index.ts';
import { EXIT } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { green, red } from '../terminal/style.ts';
import { table } from '../terminal/table.ts';
import { worldAtlas } from './atlas.ts';

export type SimulateFlags = { readonly runs: number; readonly seed: number; readonly json?: boolean };

/** Trials between two looks at the clock. */
const SLICE = 200;

/** Lets adversaries loose on the solver, prints how they fared, and answers the exit status. */
export async function simulate({ runs: adversaries, seed, json }: SimulateFlags): Promise<number> {
  const { control, within, beyond } = campaign(adversaries);
  const tallies = await withProgress(`simulating ${adversaries} adversaries`, async () => {
    const jurisdictions = worldAtlas();
    return {
      control: await tallyAll(control, seed, jurisdictions),
      within: await tallyAll(within, seed, jurisdictions),
      beyond: await tallyAll(beyond, seed, jurisdictions),
    };
  });
  const falseProofs = tallies.within.reduce((sum, { outcomes }) => sum + outcomes['false-proof'], 0);
  const simulated = tallies.within.reduce((sum, task) => sum + task.runs, 0);
  const summary = { seed, adversaries: simulated, falseProofs };
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ ...summary, ...tallies }, null, 2)}\n`
      : `${[
          'Honest hosts: the share that is proven.',
          describe(tallies.control, 'true-proof'),
          '\nAt most f control groups lie.',
          describe(tallies.within, 'false-proof'),
          '\nMore than f control groups lie, those nearest to the facility.',
          describe(tallies.beyond, 'false-proof'),
          '',
          falseProofs === 0
            ? green(`No false proof by ${simulated} adversaries within the assumptions (seed ${seed}).`)
            : red(`False proofs within the assumptions: ${falseProofs} of ${simulated} (seed ${seed}).`),
        ].join('\n')}\n`,
  );
  return falseProofs === 0 ? EXIT.ok : EXIT.refused;
}

async function tallyAll(
  tasks: readonly Task[],
  seed: number,
  jurisdictions: Jurisdictions,
): Promise<Tally[]> {
  const tallies: Tally[] = [];
  for (const task of tasks) {
    const trials = run(task, seed, jurisdictions);
    for (let count = 1; ; count++) {
      const step = trials.next();
      if (step.done === true) {
        tallies.push(step.value);
        break;
      }
      if (count % SLICE === 0) await setImmediate();
    }
  }
  return tallies;
}

function describe(tallies: readonly Tally[], counted: 'true-proof' | 'false-proof'): string {
  const share = (count: number, of: number): string => `${((100 * count) / of).toFixed(1)} %`;
  return table(
    [
      { title: 'attack', value: ({ attack }: Tally) => attack },
      { title: 'f', value: ({ tolerance }) => String(tolerance) },
      { title: 'liars', value: ({ liars }) => String(liars) },
      { title: 'runs', value: (task) => String(task.runs) },
      {
        title: counted === 'true-proof' ? 'proven' : 'false proofs',
        value: ({ outcomes, runs: of }) => {
          const count = outcomes[counted];
          return count === 0 ? '0' : `${count} (${share(count, of)})`;
        },
      },
      { title: 'proven outside', value: ({ outcomes }) => String(outcomes['proven-outside']) },
      { title: 'inconclusive', value: ({ outcomes }) => String(outcomes.inconclusive) },
      { title: 'inconsistent', value: ({ outcomes }) => String(outcomes.inconsistent) },
    ],
    tallies,
  );
}
