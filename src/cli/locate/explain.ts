import { explainDifference, isProven, type Question, type Reason } from '../../location/difference.ts';
import type { Jurisdictions } from '../../location/jurisdictions.ts';
import { boundsOf, type ExperimentOptions, type Matrix } from '../../location/leave-one-out.ts';
import { regionOf } from '../../location/region.ts';
import { printable, table } from '../terminal/table.ts';
import { countryName } from './names.ts';
import type { Baseline } from './read-baseline.ts';

/** One host on which another analysis answers otherwise. */
export type Difference = {
  readonly host: string;
  readonly question: Question;
  readonly baseline: boolean;
  readonly here: boolean;
  readonly because: Reason;
};

/** How many answers were compared, and each that differs. */
export type Differences = { readonly compared: number; readonly list: readonly Difference[] };

/** Compares host by host, each question for itself, and explains what differs. */
export function differencesFrom(
  baseline: Baseline,
  matrix: Matrix,
  { grade, tolerance }: ExperimentOptions,
  jurisdictions: Jurisdictions,
): Differences {
  let compared = 0;
  const list: Difference[] = [];
  for (const host of matrix.nodes) {
    const said = baseline.rows.get(host.id);
    const bounds = boundsOf(host, matrix, grade);
    if (said === undefined || bounds.length === 0) continue;
    const region = regionOf(bounds, tolerance);
    const questions: readonly (readonly [boolean | null, Question])[] = [
      [said.ownCountry, { kind: 'inside', country: host.country }],
      [said.notForbidden, { kind: 'in-none-of', countries: baseline.forbidden }],
    ];
    for (const [there, question] of questions) {
      if (there === null) continue;
      compared += 1;
      const here = isProven(region, jurisdictions, question);
      if (here === there) continue;
      const because = explainDifference(region, jurisdictions, question);
      list.push({ host: host.id, question, baseline: there, here, because });
    }
  }
  return { compared, list };
}

/** Each difference with its reason, for a person. */
export function describeDifferences({ compared, list }: Differences): string {
  const head = `\n${compared} answers compared with the baseline: ${list.length} differ.\n`;
  if (list.length === 0) return head;
  const rows = table(
    [
      { title: 'host', value: ({ host }: Difference) => printable(host), max: 40 },
      { title: 'question', value: ({ question }) => asked(question) },
      { title: 'baseline', value: ({ baseline }) => proven(baseline) },
      { title: 'here', value: ({ here }) => proven(here) },
      { title: 'because', value: ({ because }) => inWords(because) },
    ],
    list,
  );
  return `${head}${rows}\n`;
}

function asked(question: Question): string {
  return question.kind === 'inside' ? `in ${question.country}` : `not in ${question.countries.join(' ')}`;
}

function proven(answer: boolean): string {
  return answer ? 'proven' : '–';
}

function inWords({ reason, witness, slackPercent }: Reason): string {
  const where =
    witness === null
      ? ''
      : `: ${countryName(witness.country)} at ${witness.place.latitude.toFixed(3)}, ${witness.place.longitude.toFixed(3)}`;
  switch (reason) {
    case 'surface':
      return `possible straight through the Earth, not along its surface${where}`;
    case 'margin':
      return `possible by the margin of 0.1 % for depth and height${where}`;
    case 'witness':
      return `a possible place that the baseline missed${where}`;
    case 'exhausted':
      return `every cell is ruled out; holds until all bounds are ${slackPercent} % longer`;
    default:
      return unreachable(reason);
  }
}

function unreachable(reason: never): never {
  throw new TypeError(`no such reason: ${String(reason)}`);
}
