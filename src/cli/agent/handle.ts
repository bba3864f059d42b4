import { InvalidArgumentError } from 'commander';

/** A persistent handle of the owner's (TPM 2.0 Part 2, 7.5; Part 3, 28.5). */
export function handle(text: string): number | undefined {
  const value = /^0x81[0-7][0-9a-f]{5}$/i.test(text) ? Number(text) : Number.NaN;
  if (!Number.isNaN(value)) return value;
  throw new InvalidArgumentError('a handle is 0x81000000 to 0x817fffff');
}
