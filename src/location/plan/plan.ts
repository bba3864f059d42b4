import type { Jurisdictions } from '../jurisdictions.ts';
import { chordMeters, toEcef } from '../wgs84.ts';
import type { PlannedFacility, Site } from './expect.ts';
import { type Obstacle, obstacleFor } from './obstacle.ts';
import { expectedRadiusMeters, isProvable, type PlanOptions } from './provable.ts';

/** What is to be expected of one facility. */
export type FacilityPlan = {
  readonly facility: string;
  readonly provable: boolean;
  /** Of the region to expect: with the chosen landmarks, or with all sites where even they do not suffice. */
  readonly radiusMeters: number | null;
  /** Why not; null where it is provable. */
  readonly obstacle: Obstacle | null;
};

export type Plan = {
  /** The landmarks to use: those that stand, and those to put up. */
  readonly chosen: readonly Site[];
  /** True where no smaller choice proves as many facilities; otherwise none can be left out of this one. */
  readonly smallest: boolean;
  readonly facilities: readonly FacilityPlan[];
};

/** Up to so many sites to choose from, every choice is tried. */
const MOST_TO_TRY = 12;

/**
 * Where to put landmarks, so that every facility that the sites can prove is proven with as few new ones as possible.
 *
 * More landmarks only ever rule out more, so what all sites together cannot prove no choice can; and the choice is made by
 * leaving out: each site in turn, the one farthest from any facility first, as long as all that was provable stays so.
 * Among few sites every smaller choice is tried as well. Expected round trips are no measurements: a plan proves nothing.
 */
export function planLandmarks(
  facilities: readonly PlannedFacility[],
  sites: readonly Site[],
  jurisdictions: Jurisdictions,
  options: PlanOptions,
): Plan {
  const provable = facilities.filter((facility) => isProvable(facility, sites, jurisdictions, options));
  const suffices = (chosen: readonly Site[]): boolean =>
    provable.every((facility) => isProvable(facility, chosen, jurisdictions, options));
  const standing = sites.filter(({ existing }) => existing);
  const open = byRemoteness(
    sites.filter(({ existing }) => !existing),
    facilities,
  );
  let added: readonly Site[] = open;
  for (const site of open) {
    const without = added.filter((one) => one !== site);
    if (suffices([...standing, ...without])) added = without;
  }
  const tryAll = open.length <= MOST_TO_TRY;
  if (tryAll) added = smallestOf(open, added, (chosen) => suffices([...standing, ...chosen]));
  const chosen = [...standing, ...added];
  return {
    chosen,
    smallest: tryAll,
    facilities: facilities.map((facility): FacilityPlan => {
      const obstacle = provable.includes(facility)
        ? null
        : obstacleFor(facility, sites, jurisdictions, options);
      return {
        facility: facility.id,
        provable: obstacle === null,
        radiusMeters: chosen.length === 0 ? null : expectedRadiusMeters(facility, chosen, options),
        obstacle,
      };
    }),
  };
}

/** The site farthest from its nearest facility first. */
function byRemoteness(sites: readonly Site[], facilities: readonly PlannedFacility[]): readonly Site[] {
  const places = facilities.map(toEcef);
  const remoteness = (site: Site): number => {
    const here = toEcef(site);
    return Math.min(...places.map((place) => chordMeters(here, place)));
  };
  return sites
    .map((site) => ({ site, meters: remoteness(site) }))
    .sort((a, b) => b.meters - a.meters)
    .map(({ site }) => site);
}

/** A smallest choice that suffices, of those smaller than one that does. */
function smallestOf(
  sites: readonly Site[],
  known: readonly Site[],
  suffices: (chosen: readonly Site[]) => boolean,
): readonly Site[] {
  for (let size = 0; size < known.length; size++) {
    for (const chosen of choices(sites, size)) if (suffices(chosen)) return chosen;
  }
  return known;
}

function* choices<T>(items: readonly T[], size: number): Generator<readonly T[]> {
  if (size === 0) {
    yield [];
    return;
  }
  for (const [index, item] of items.entries()) {
    for (const rest of choices(items.slice(index + 1), size - 1)) yield [item, ...rest];
  }
}
