import type { Jurisdictions } from '../jurisdictions.ts';
import { ATTACKS, type Attack, liesIn } from './attack.ts';
import { simulate, type Trial, type TrialOutcome } from './simulate.ts';

/** A trial that is to be made often. */
export type Task = Trial & { readonly runs: number };

/** How often a trial ended how. */
export type Tally = Task & { readonly outcomes: Readonly<Record<TrialOutcome, number>> };

const TOLERANCES = [0, 1, 2] as const;
/** Attacks that more than f liars make stronger. */
const LYING: readonly Attack[] = ['lying-low', 'misplaced', 'mixed'];
const MOST_BEYOND = 3;

/**
 * A campaign against the verifier.
 *
 * `within` the assumptions: at most f control groups lie, all honest bounds hold; no proof may be false. `control`: honest
 * hosts, so that it shows that the verifier proves anything at all. `beyond`: more than f groups lie, always the ones
 * that prove most; how often that breaks it is what f is worth.
 *
 * @param adversaries within the assumptions, over all attacks and tolerances, rounded up
 */
export function campaign(adversaries: number): {
  readonly control: readonly Task[];
  readonly within: readonly Task[];
  readonly beyond: readonly Task[];
} {
  const attacks = ATTACKS.filter((attack) => attack !== 'none');
  const each = Math.ceil(adversaries / (attacks.length * TOLERANCES.length));
  const fewer = Math.ceil(each / 5);
  const task = (attack: Attack, tolerance: number, liars: number, runs: number): Task => ({
    attack,
    tolerance,
    liars,
    runs,
  });
  return {
    control: TOLERANCES.map((f) => task('none', f, 0, fewer)),
    within: attacks.flatMap((attack) => TOLERANCES.map((f) => task(attack, f, liesIn(attack) ? f : 0, each))),
    beyond: LYING.flatMap((attack) =>
      TOLERANCES.flatMap((f) =>
        Array.from({ length: MOST_BEYOND }, (_, more) => task(attack, f, f + 1 + more, fewer)),
      ),
    ),
  };
}

/** Makes a task's trials, one a step, so that whoever runs it can say how far it is. */
export function* run(task: Task, seed: number, jurisdictions: Jurisdictions): Generator<void, Tally> {
  const outcomes = {
    'true-proof': 0,
    'false-proof': 0,
    'proven-outside': 0,
    inconclusive: 0,
    inconsistent: 0,
  };
  for (let index = 0; index < task.runs; index++) {
    outcomes[simulate(seed + index, task, jurisdictions)] += 1;
    yield;
  }
  return { ...task, outcomes };
}
