import type { Placement } from '../../location/leave-one-out.ts';
import { green, red, yellow } from '../terminal/style.ts';
import { printable, table } from '../terminal/table.ts';
import type { Share, Summary } from './summary.ts';

type Experiment = {
  readonly grade: string;
  readonly tolerate: number;
  readonly reading: string;
  readonly forbidden: readonly string[];
  readonly summary: Summary;
  readonly hosts: readonly Placement[];
};

/** An experiment for a person: a row a host, then what they amount to. */
export function describeExperiment({
  grade,
  tolerate,
  reading,
  forbidden,
  summary,
  hosts,
}: Experiment): string {
  const rows = table(
    [
      { title: 'host', value: ({ host }: Placement) => printable(host), max: 40 },
      { title: 'stated', value: ({ country }: Placement) => country },
      { title: 'proven', value: proven },
      {
        title: `not in ${forbidden.join(' ')}`,
        value: ({ excluded }: Placement) => excluded.join(' ') || '–',
      },
      { title: 'radius', value: ({ radiusMeters }: Placement) => kilometres(radiusMeters) },
      { title: 'truth', value: truth },
    ],
    hosts,
  );
  const { provenInOwnCountry, provenInNoForbiddenCountry, truthOutside } = summary;
  const lines = [
    rows,
    '',
    `Grade ${grade}, f = ${tolerate} (${survives(tolerate)}), ${reading} reading; ${summary.measured} of ${summary.hosts} hosts measured.`,
    `Proven in the stated country: ${shown(provenInOwnCountry)}; in another: ${summary.provenInAnotherCountry}.`,
    `Proven in none of ${forbidden.join(', ')}: ${shown(provenInNoForbiddenCountry)}.`,
    `Median radius ${kilometres(summary.medianRadiusMeters)}.`,
    truthOutside === 0
      ? green('Every host stands inside its region.')
      : red(`Outside their regions: ${truthOutside}. A measurement or a stated place is wrong.`),
  ];
  return `${lines.join('\n')}\n`;
}

function survives(f: number): string {
  if (f === 0) return 'every landmark is believed';
  return f === 1 ? 'survives one lying landmark operator' : `survives ${f} lying landmark operators`;
}

function proven({ verdict, provenCountry, alsoPossible }: Placement): string {
  if (provenCountry !== null) return green(provenCountry);
  if (verdict !== 'inconclusive') return yellow(verdict);
  return alsoPossible === null ? '–' : `– (or ${printable(alsoPossible)})`;
}

function truth({ truthInside }: Placement): string {
  if (truthInside === null) return '–';
  return truthInside ? 'inside' : red('outside');
}

function kilometres(meters: number | null): string {
  return meters === null ? '–' : `${Math.round(meters / 1000)} km`;
}

function shown({ count, of, percent }: Share): string {
  return `${count} of ${of} (${percent} %)`;
}
