import type { Language } from './dictionary.ts';

/** How a language writes what is counted and timed. Instants are UTC everywhere: what is compared across borders has one clock. */
export type Formats = {
  readonly number: (value: number) => string;
  readonly percent: (share: number) => string;
  /** `2026-11-21 10:00:05 UTC`: the same in every language, so that it can be read out and searched for. */
  readonly instant: (at: string | number | Date) => string;
  readonly date: (at: string | number | Date) => string;
  /** How far away, in the largest unit that fits: "in 3 days", "2 hours ago". */
  readonly relative: (at: string | number | Date, now: Date) => string;
  /** A length of time in two units at most: "3 h 20 min". */
  readonly duration: (milliseconds: number) => string;
};

const UNITS = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
  ['second', 1_000],
] as const;

export function formatsOf(language: Language): Formats {
  const number = new Intl.NumberFormat(language);
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  const duration = new Intl.DurationFormat(language, { style: 'short' });
  const seconds = new Intl.NumberFormat(language, { style: 'unit', unit: 'second', unitDisplay: 'short' });
  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    instant: (at) => isoOf(at).replace(/^(.{10})T(.{8}).*Z$/, '$1 $2 UTC'),
    date: (at) => isoOf(at).slice(0, 10),
    relative: (at, now) => {
      const differenceMs = new Date(at).getTime() - now.getTime();
      const [unit, lengthMs] = UNITS.find(([, length]) => Math.abs(differenceMs) >= length) ?? [
        'second',
        1_000,
      ];
      return relative.format(Math.trunc(differenceMs / lengthMs), unit);
    },
    duration: (milliseconds) => {
      const from = UNITS.findIndex(([, length]) => milliseconds >= length);
      if (from === -1) return seconds.format(0);
      let restMs = milliseconds;
      const parts: { [unit: string]: number } = {};
      for (const [unit, lengthMs] of UNITS.slice(from, from + 2)) {
        parts[`${unit}s`] = Math.floor(restMs / lengthMs);
        restMs %= lengthMs;
      }
      return duration.format(parts);
    },
  };
}

function isoOf(at: string | number | Date): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? 'no instant' : date.toISOString();
}
