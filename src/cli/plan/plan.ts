import type { Grade } from '../../location/bound.ts';
import { planLandmarks } from '../../location/plan/index.ts';
import { EXIT } from '../failure.ts';
import { worldAtlas } from '../locate/atlas.ts';
import { withProgress } from '../terminal/progress.ts';
import { describePlan } from './present.ts';
import { readCandidates, readFacilities } from './read-sites.ts';

export type PlanFlags = {
  readonly facilities: string;
  readonly candidates: string;
  readonly grade: Grade;
  readonly tolerate: number;
  readonly excess: number;
  readonly stretch: number;
  readonly json?: boolean;
};

/** Plans, prints the plan, and answers the exit status. @throws UsageError */
export async function plan(flags: PlanFlags): Promise<number> {
  const { grade, tolerate, excess: excessMs, stretch: times, json } = flags;
  const facilities = readFacilities(flags.facilities);
  const sites = readCandidates(flags.candidates);
  const model = { stretch: times, excessMs };
  const options = { grade, tolerance: tolerate, model };
  const made = await withProgress(`planning for ${facilities.length} facilities`, async () =>
    planLandmarks(facilities, sites, worldAtlas(), options),
  );
  process.stdout.write(
    json === true
      ? `${JSON.stringify({ grade, tolerate, model, reading: 'land-only', ...made }, null, 2)}\n`
      : describePlan(made, options),
  );
  return made.facilities.every(({ provable }) => provable) ? EXIT.ok : EXIT.refused;
}
