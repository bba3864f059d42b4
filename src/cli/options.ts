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

/** None, or as many threads as anybody's machine has cores. */
export function workers(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 256) return number;
  throw new InvalidArgumentError('expected a whole number from 0 to 256.');
}

/** An instant from the command line, as everywhere in Sextant. */
export function instant(text: string): Date {
  try {
    return parseInstant(text);
  } catch {
    throw new InvalidArgumentError('expected an RFC 3339 instant in UTC, e.g. 2026-06-01T00:00:00Z.');
  }
}
