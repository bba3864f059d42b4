import { InvalidArgumentError } from 'commander';

/** A TCP port from the command line. */
export function port(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 0 && number <= 65_535) return number;
  throw new InvalidArgumentError('expected a whole number from 0 to 65535.');
}
