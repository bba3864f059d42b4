import { labelAtPlace } from '../geography.ts';
import type { Jurisdictions } from '../jurisdictions.ts';
import type { PlannedFacility, Site } from './expect.ts';
import { isProvable, type PlanOptions } from './provable.ts';

/**
 * Why no choice of the sites proves a facility:
 *
 * - `outside`: the map has the facility's place outside its countries, so the truth itself would contradict a proof
 * - `too-few-groups`: a proof that survives f liars takes f + 1 control groups
 * - `too-far`: the sites are too far for f + 1 of them to rule out what lies around; landmarks on site would do
 * - `border-too-near`: with the expected excess not even landmarks on site would do
 */
export type Obstacle = {
  readonly reason: 'outside' | 'too-few-groups' | 'too-far' | 'border-too-near';
  /** How many landmarks on site, each of a new control group, would do; null where none would. */
  readonly onSiteNeeded: number | null;
  /** With f + 1 landmarks on site: the largest excess that still proves it, milliseconds; null where not even none does. */
  readonly largestExcessMs: number | null;
};

const PRECISION_MS = 0.005;

export function obstacleFor(
  facility: PlannedFacility,
  sites: readonly Site[],
  jurisdictions: Jurisdictions,
  options: PlanOptions,
): Obstacle {
  const code = jurisdictions.codes[labelAtPlace(jurisdictions.geography, facility)] ?? '';
  if (!facility.countries.includes(code))
    return { reason: 'outside', onSiteNeeded: null, largestExcessMs: null };
  const most = options.tolerance + 1;
  const withOnSite = (count: number, excessMs = options.model.excessMs): boolean =>
    isProvable(facility, [...sites, ...onSite(facility, count)], jurisdictions, {
      ...options,
      model: { ...options.model, excessMs },
    });
  const counts = Array.from({ length: most }, (_, index) => index + 1);
  const onSiteNeeded = counts.find((count) => withOnSite(count)) ?? null;
  const groups = new Set(sites.map(({ controlGroup }) => controlGroup)).size;
  const reason = onSiteNeeded === null ? 'border-too-near' : groups < most ? 'too-few-groups' : 'too-far';
  return { reason, onSiteNeeded, largestExcessMs: largestExcess((excess) => withOnSite(most, excess)) };
}

/** Landmarks in the facility, each of a control group of its own that is nobody's else. */
function onSite({ id, latitude, longitude }: PlannedFacility, count: number): Site[] {
  return Array.from({ length: count }, (_, index) => {
    const name = `on site at ${id} (${index + 1})`;
    return { id: name, controlGroup: name, existing: false, latitude, longitude };
  });
}

function largestExcess(holds: (excessMs: number) => boolean): number | null {
  // None at all would leave a single point, which no cell ever finds.
  if (!holds(PRECISION_MS)) return null;
  let [good, bad] = [PRECISION_MS, 64];
  while (bad - good > PRECISION_MS) {
    const middle = (good + bad) / 2;
    if (holds(middle)) good = middle;
    else bad = middle;
  }
  return Math.floor(good * 100) / 100;
}
