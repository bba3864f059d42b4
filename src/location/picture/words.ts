import type { Grade } from '../bound.ts';
import { touches } from '../region.ts';
import { toEcef } from '../wgs84.ts';
import type { Proof } from './proof.ts';

/** A verdict in words: a heading, and the sentence that says what it rests on. */
export type Words = { readonly heading: string; readonly sentence: string };

export function verdictInWords({ subject, verdict }: Proof): Words {
  const { area, elsewhere } = verdict;
  const there = area ?? 'the area';
  switch (verdict.verdict) {
    case 'proven-inside':
      return {
        heading: `Proven inside ${there}`,
        sentence: `Every point on land that the round trips leave possible for ${subject} lies in ${there}.`,
      };
    case 'proven-outside':
      return {
        heading: `Proven outside ${there}`,
        sentence: `No point that the round trips leave possible for ${subject} lies in ${there}.`,
      };
    case 'inconclusive':
      return {
        heading: 'Not proven',
        sentence: `${alternatives(subject, area, elsewhere)} Delay alone proves nothing, either way.`,
      };
    case 'inconsistent':
      return {
        heading: 'Inconsistent',
        sentence: `No point on Earth agrees with the round trips to ${subject}: some measurement or landmark is wrong. Nothing is proven.`,
      };
    default:
      return unreachable(verdict.verdict);
  }
}

function alternatives(subject: string, area: string | null, elsewhere: string | null): string {
  if (elsewhere === null)
    return `The round trips to ${subject} are too long, or too few, to tell where it is.`;
  if (area === null)
    return `The round trips allow more than one place for ${subject}, ${elsewhere} among them.`;
  return `${subject} may be in ${area}, but the round trips allow ${elsewhere} too.`;
}

/** What the proof rests on, a line each. */
export function factsOf({ verdict, bounds, region, facility }: Proof, shaping: number): readonly string[] {
  const { grade, tolerance, radiusMeters } = verdict;
  const role =
    verdict.verdict === 'inconsistent'
      ? `${shaping} contradict each other most`
      : `${shaping} ${shaping === 1 ? 'shapes' : 'shape'} the region`;
  const possible = facility === null || touches(region, { center: toEcef(facility.place), radiusMeters: 0 });
  const groups = new Set(bounds.map(({ controlGroup }) => controlGroup)).size;
  return [
    `Grade ${grade}: ${GRADES[grade]}`,
    `f = ${tolerance}: ${survives(tolerance)}`,
    ...(radiusMeters === null ? [] : [`The region lies within ${distance(radiusMeters)} of its middle`]),
    ...(possible ? [] : ['The stated place is not possible: the region leaves it out']),
    `${bounds.length} ${bounds.length === 1 ? 'landmark' : 'landmarks'} of ${groups} control ${groups === 1 ? 'group' : 'groups'}; ${role}`,
  ];
}

const GRADES: Readonly<Record<Grade, string>> = {
  A: 'light in vacuum, physics alone',
  B: 'solid fibre, an assumption',
};

export function survives(f: number): string {
  if (f === 0) return 'every landmark is believed';
  return f === 1 ? 'survives one lying landmark operator' : `survives ${f} lying landmark operators`;
}

/** As a person says it: two digits that count. */
export function distance(meters: number): string {
  if (meters < 1_000) return `${Number(meters.toPrecision(2))} m`;
  const kilometres = meters / 1000;
  return `${kilometres < 100 ? Number(kilometres.toPrecision(2)) : Math.round(kilometres).toLocaleString('en')} km`;
}

function unreachable(verdict: never): never {
  throw new TypeError(`no such verdict: ${String(verdict)}`);
}
