import { describe, expect, it } from 'vitest';
import { worldAtlas } from '../../src/cli/locate/atlas.ts';
import { ATTACKS } from '../../src/location/simulation/attack.ts';
import { campaign, run, simulate, type Task } from '../../src/location/simulation/index.ts';
import { fuzzRuns } from '../vectors.ts';

/** `sextant locate simulate` makes a hundred thousand. */
const ADVERSARIES = Math.max(1_800, Math.round(fuzzRuns / 3));

function tally(task: Task) {
  const trials = run(task, 1, worldAtlas());
  for (;;) {
    const step = trials.next();
    if (step.done === true) return step.value;
  }
}

describe('simulated adversaries', () => {
  const { control, within, beyond } = campaign(ADVERSARIES);

  it('get no false proof while at most f control groups lie', () => {
    const tried = within.map(tally);
    expect(new Set(tried.map(({ attack }) => attack)).size).toBe(ATTACKS.length - 1);
    expect(tried.filter(({ outcomes }) => outcomes['false-proof'] > 0)).toEqual([]);
    expect(tried.reduce((sum, { runs }) => sum + runs, 0)).toBeGreaterThanOrEqual(ADVERSARIES);
  });

  it('would be seen: one liar more than is tolerated breaks most proofs', () => {
    const broken = beyond.filter(
      ({ attack, tolerance, liars }) => attack === 'lying-low' && liars === tolerance + 1,
    );
    for (const { outcomes, runs } of broken.map(tally))
      expect(outcomes['false-proof']).toBeGreaterThan(runs / 3);
  });

  it('stand beside honest hosts, of which most are proven', () => {
    for (const { outcomes, runs } of control.map(tally)) {
      expect(outcomes['true-proof']).toBeGreaterThan(runs / 2);
      expect(outcomes['proven-outside'] + outcomes.inconsistent).toBe(0);
    }
  });

  it('are the same for the same seed', () => {
    const outcomes = (): string[] =>
      Array.from({ length: 60 }, (_, seed) =>
        simulate(seed, { attack: 'mixed', tolerance: 1, liars: 2 }, worldAtlas()),
      );
    expect(outcomes()).toEqual(outcomes());
    expect(new Set(outcomes()).size).toBeGreaterThan(1);
  });
});
