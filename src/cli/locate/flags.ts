import { InvalidArgumentError, Option } from 'commander';
import { COUNTRY_CODES } from '../../protocol/country-codes.ts';

export function gradeOption(): Option {
  return new Option(
    '--grade <grade>',
    'A: light in vacuum, unconditional; B: solid glass fibre, an assumption',
  )
    .choices(['A', 'B'])
    .default('B');
}

/** From 0. */
export function wholeNumber(text: string): number {
  if (/^\d{1,4}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('expected a whole number, 0 or more.');
}

/** Codes by commas. */
export function countries(text: string): readonly string[] {
  const codes = text.split(',').map((code) => code.trim());
  for (const code of codes) {
    if (!COUNTRY_CODES.has(code)) {
      throw new InvalidArgumentError(`${code} is not an ISO 3166-1 alpha-2 code in capitals.`);
    }
  }
  return codes;
}
