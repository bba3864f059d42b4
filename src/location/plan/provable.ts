import type { Grade } from '../bound.ts';
import { containment } from '../containment.ts';
import { coverOf, extentOf } from '../cover.ts';
import { type Jurisdictions, labelsOf, otherLabels } from '../jurisdictions.ts';
import { type Region, regionOf } from '../region.ts';
import { expectedBound, type PlannedFacility, type Site } from './expect.ts';
import type { RttModel } from './rtt-model.ts';

/** What a plan is made for. */
export type PlanOptions = {
  readonly grade: Grade;
  /** f. */
  readonly tolerance: number;
  readonly model: RttModel;
};

export function expectedRegion(
  facility: PlannedFacility,
  sites: readonly Site[],
  { grade, tolerance, model }: PlanOptions,
): Region {
  return regionOf(
    sites.map((site) => expectedBound(site, facility, grade, model)),
    tolerance,
  );
}

/** Whether a facility is proven by the round trips that are to be expected of some sites, in the land-only reading. */
export function isProvable(
  facility: PlannedFacility,
  sites: readonly Site[],
  jurisdictions: Jurisdictions,
  options: PlanOptions,
): boolean {
  // f + 1 groups at least must exclude whatever is excluded.
  if (new Set(sites.map(({ controlGroup }) => controlGroup)).size <= options.tolerance) return false;
  const inside = labelsOf(jurisdictions, new Set(facility.countries));
  const region = expectedRegion(facility, sites, options);
  const { verdict } = containment(region, jurisdictions.geography, inside, otherLabels(inside, 'land-only'));
  return verdict === 'proven-inside';
}

/** Of a ball around the region to expect, metres. */
export function expectedRadiusMeters(
  facility: PlannedFacility,
  sites: readonly Site[],
  options: PlanOptions,
): number | null {
  return extentOf(coverOf(expectedRegion(facility, sites, options)))?.radiusMeters ?? null;
}
