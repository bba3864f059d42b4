import { setImmediate } from 'node:timers/promises';
import {
  type ExperimentOptions,
  type Matrix,
  type Placement,
  placeNode,
} from '../../location/leave-one-out.ts';
import { EXIT } from '../failure.ts';
import { withProgress } from '../terminal/progress.ts';
import { worldAtlas } from './atlas.ts';
import { describeDifferences, differencesFrom } from './explain.ts';
import { describeExperiment } from './present.ts';
import { readBaseline } from './read-baseline.ts';
import { summarise } from './summary.ts';

/** Places every node by all others. Exit status 1 where one stands outside its region: something measured or stated is wrong. */
export async function leaveOneOut(
  matrix: Matrix,
  options: ExperimentOptions,
  { json, against }: { readonly json?: boolean; readonly against?: string },
): Promise<number> {
  const baseline = against === undefined ? null : readBaseline(against, options.grade);
  const placements: Placement[] = [];
  await withProgress(`placing ${matrix.nodes.length} hosts`, async () => {
    const jurisdictions = worldAtlas();
    for (const host of matrix.nodes) {
      placements.push(placeNode(host, matrix, jurisdictions, options));
      await setImmediate();
    }
  });
  const { grade, tolerance, forbidden } = options;
  const summary = summarise(placements, forbidden);
  const differences = baseline === null ? null : differencesFrom(baseline, matrix, options, worldAtlas());
  const experiment = {
    grade,
    tolerate: tolerance,
    reading: 'land-only',
    forbidden,
    summary,
    hosts: placements,
  };
  const text =
    json === true
      ? `${JSON.stringify({ ...experiment, ...(differences === null ? {} : { differences }) }, null, 2)}\n`
      : describeExperiment(experiment) + (differences === null ? '' : describeDifferences(differences));
  process.stdout.write(text);
  return summary.truthOutside === 0 ? EXIT.ok : EXIT.refused;
}
