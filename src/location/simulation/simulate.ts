import { containment } from '../containment.ts';
import { type Jurisdictions, otherLabels } from '../jurisdictions.ts';
import { regionOf } from '../region.ts';
import { type Attack, report } from './attack.ts';
import { Draw } from './draw.ts';
import { drawScene, placeElsewhere } from './scene.ts';

/** How one simulated host is tried. */
export type Trial = {
  readonly attack: Attack;
  /** f: how many lying control groups the verifier tolerates. */
  readonly tolerance: number;
  /** How many do lie. */
  readonly liars: number;
};

/** `false-proof`: proven in a country in which the key was not. Everything else is right, or says nothing. */
export type TrialOutcome = 'true-proof' | 'false-proof' | 'proven-outside' | 'inconclusive' | 'inconsistent';

/**
 * Simulates one host and its adversary, and asks the verifier whether it is proven in the facility's country. The same
 * seed and trial give the same outcome. Grades alternate with the seed.
 */
export function simulate(seed: number, trial: Trial, jurisdictions: Jurisdictions): TrialOutcome {
  const draw = new Draw(seed);
  const grade = seed % 2 === 0 ? 'A' : 'B';
  const scene = drawScene(draw, jurisdictions);
  const key = trial.attack === 'none' ? scene.facility : placeElsewhere(draw, jurisdictions, scene);
  const bounds = report(draw, scene, key, grade, trial);
  // Several features may carry one code: all of them are the country.
  const code = jurisdictions.codes[scene.country] ?? '';
  const inside = Uint8Array.from(jurisdictions.codes, (one) => (one === code ? 1 : 0));
  const region = regionOf(bounds, trial.tolerance);
  const { verdict } = containment(region, jurisdictions.geography, inside, otherLabels(inside, 'land-only'));
  if (verdict === 'proven-inside') return trial.attack === 'none' ? 'true-proof' : 'false-proof';
  return verdict;
}
