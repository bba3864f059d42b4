import { InvalidArgumentError } from 'commander';
import { parseInstant } from '../bytes/instant.ts';

/** A TCP port from the command line. */
export function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('expected a whole number from 0 to 65535.');
}

/** From ten seconds, which is for trying things out, to a day: evidence that is older says little of a machine. */
export function attestationSeconds(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 10 && number <= 86_400) return number;
  throw new InvalidArgumentError('expected a whole number of seconds from 10 to 86400.');
}

/** From a day to a year. */
export function days(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 366) return number;
  throw new InvalidArgumentError('expected a whole number of days from 1 to 366.');
}

/** From an hour to a week: how long people stay signed in at most. */
export function hours(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 168) return number;
  throw new InvalidArgumentError('expected a whole number of hours from 1 to 168.');
}

/** From five minutes to a day. */
export function idleMinutes(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 5 && number <= 1_440) return number;
  throw new InvalidArgumentError('expected a whole number of minutes from 5 to 1440.');
}

/** From not at all to five minutes: longer than any balancer takes to notice. */
export function drainSeconds(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 300) return number;
  throw new InvalidArgumentError('expected a whole number of seconds from 0 to 300.');
}

/** None, or as many threads as anybody's machine has cores. */
export function workers(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 256) return number;
  throw new InvalidArgumentError('expected a whole number from 0 to 256.');
}

/** From none of it to all. */
export function percent(text: string): number {
  const number = Number(text);
  if (text.trim() !== '' && number >= 0 && number <= 100) return number;
  throw new InvalidArgumentError('expected a number from 0 to 100.');
}

/** How often one may ask, each second; 0 for as often as it likes. */
export function perSecond(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 1_000_000) return number;
  throw new InvalidArgumentError('expected a whole number from 0 to 1000000.');
}

/** An instant from the command line, as everywhere in Sextant. */
export function instant(text: string): Date {
  try {
    return parseInstant(text);
  } catch {
    throw new InvalidArgumentError('expected an RFC 3339 instant in UTC, e.g. 2026-06-01T00:00:00Z.');
  }
}
