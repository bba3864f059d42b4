import type { FacilityPlan, Obstacle, Plan, PlanOptions } from '../../location/plan/index.ts';
import { green, red } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';

/** A plan for a person: the landmarks to use, then what is to be expected of each facility, and why not. */
export function describePlan({ chosen, smallest, facilities }: Plan, options: PlanOptions): string {
  const { grade, tolerance, model } = options;
  const added = chosen.filter(({ existing }) => !existing).length;
  const sites = table(
    [
      { title: 'landmark', value: ({ id }: Plan['chosen'][number]) => printable(id), max: 40 },
      { title: 'control group', value: ({ controlGroup }) => printable(controlGroup), max: 30 },
      {
        title: 'place',
        value: ({ latitude, longitude }) => `${latitude.toFixed(3)}, ${longitude.toFixed(3)}`,
      },
      { title: '', value: ({ existing }) => (existing ? 'stands' : 'to put up') },
    ],
    chosen,
  );
  const rows = table(
    [
      { title: 'facility', value: ({ facility }: FacilityPlan) => printable(facility), max: 40 },
      { title: 'provable', value: ({ provable }) => (provable ? green('yes') : red('no')) },
      { title: 'expected radius', value: ({ radiusMeters }) => kilometres(radiusMeters) },
      { title: 'because', value: ({ obstacle }) => (obstacle === null ? '' : inWords(obstacle, tolerance)) },
    ],
    facilities,
  );
  const proven = facilities.filter(({ provable }) => provable).length;
  return `${[
    sites,
    '',
    rows,
    '',
    `Grade ${grade}, f = ${tolerance}; ${model.excessMs} ms in excess of fibre, ways ${model.stretch} times the straight line.`,
    `${proven} of ${facilities.length} facilities provable with ${added} new landmarks${smallest ? ', the fewest that do' : '; none of them can be left out'}.`,
    'Expected, not measured: a plan proves nothing.',
  ].join('\n')}\n`;
}

function inWords({ reason, onSiteNeeded, largestExcessMs }: Obstacle, f: number): string {
  const help = onSiteNeeded === null ? '' : `; ${onSiteNeeded} on site would do`;
  const excess =
    largestExcessMs === null ? '' : `; with ${f + 1} on site, up to ${largestExcessMs} ms of excess`;
  switch (reason) {
    case 'outside':
      return 'the map has it outside its countries';
    case 'too-few-groups':
      return `fewer than ${f + 1} control groups${help}`;
    case 'too-far':
      return `the sites are too far away${help}${excess}`;
    case 'border-too-near':
      return `another country is too near for the expected excess${excess || ': no landmark can tell'}`;
    default:
      return unreachable(reason);
  }
}

function kilometres(meters: number | null): string {
  return meters === null ? '–' : `${Math.round(meters / 1000)} km`;
}

function unreachable(reason: never): never {
  throw new TypeError(`no such reason: ${String(reason)}`);
}
