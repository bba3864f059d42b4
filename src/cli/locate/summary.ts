import { ALPHA_2_OF } from '../../location/iso-3166.ts';
import type { Placement } from '../../location/leave-one-out.ts';

/** Whose hosts are known to stand outside a forbidden country. */
const CODES: ReadonlySet<string> = new Set(ALPHA_2_OF.values());

/** What an experiment says of all hosts together. Shares are of the measured hosts to which the question applies. */
export type Summary = {
  readonly hosts: number;
  readonly measured: number;
  /** Must be 0: each is a host that stands outside the region that its measurements allow. */
  readonly truthOutside: number;
  readonly provenInOwnCountry: Share;
  /** Must be 0, unless a stated country is wrong. */
  readonly provenInAnotherCountry: number;
  /** Of the hosts that state none of the forbidden countries: proven to be in none of them. */
  readonly provenInNoForbiddenCountry: Share;
  readonly medianRadiusMeters: number | null;
};

export type Share = { readonly count: number; readonly of: number; readonly percent: number };

export function summarise(placements: readonly Placement[], forbidden: readonly string[]): Summary {
  const measured = placements.filter(({ verdict }) => verdict !== 'unmeasured');
  const proven = measured.filter(({ provenCountry }) => provenCountry !== null);
  const own = proven.filter(({ provenCountry, country }) => provenCountry === country);
  const elsewhere = measured.filter(({ country }) => !forbidden.includes(country) && CODES.has(country));
  const clear = elsewhere.filter(({ excluded }) => excluded.length === forbidden.length);
  return {
    hosts: placements.length,
    measured: measured.length,
    truthOutside: measured.filter(({ truthInside }) => truthInside === false).length,
    provenInOwnCountry: share(own.length, measured.length),
    provenInAnotherCountry: proven.length - own.length,
    provenInNoForbiddenCountry: share(clear.length, elsewhere.length),
    medianRadiusMeters: median(measured.flatMap(({ radiusMeters }) => radiusMeters ?? [])),
  };
}

function share(count: number, of: number): Share {
  return { count, of, percent: of === 0 ? 0 : Math.round((1000 * count) / of) / 10 };
}

function median(values: readonly number[]): number | null {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? null;
}
