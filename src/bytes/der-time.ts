import { FormatError } from './errors.ts';

/** An instant, and which of the two types carried it: RFC 5280 binds the type to the year. */
export type DerTime = { readonly instant: Date; readonly form: 'utc' | 'generalized' };

/** UTCTime as RFC 5280 section 4.1.2.5.1 has it: YYMMDDHHMMSSZ, years 1950 to 2049. */
export function readUtcTime(contents: Uint8Array, path: string): DerTime {
  requireDigitsAndZ(contents, 12, path);
  const year = twoDigits(contents, 0);
  return { instant: instantOf(year < 50 ? 2000 + year : 1900 + year, contents, 2, path), form: 'utc' };
}

/** GeneralizedTime as RFC 5280 section 4.1.2.5.2 has it: YYYYMMDDHHMMSSZ, without fractions or offsets. */
export function readGeneralizedTime(contents: Uint8Array, path: string): DerTime {
  requireDigitsAndZ(contents, 14, path);
  const year = twoDigits(contents, 0) * 100 + twoDigits(contents, 2);
  return { instant: instantOf(year, contents, 4, path), form: 'generalized' };
}

const ZERO = 0x30;
const NINE = 0x39;
const Z = 0x5a;

function requireDigitsAndZ(contents: Uint8Array, count: number, path: string): void {
  let holds = contents.length === count + 1 && contents[count] === Z;
  for (let index = 0; holds && index < count; index++) {
    const octet = contents[index] ?? 0;
    holds = octet >= ZERO && octet <= NINE;
  }
  if (holds) return;
  const actual = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength).toString('latin1');
  throw new FormatError('bad_value', `${path} is not ${count} digits and Z`, { path, actual });
}

/** Without a text for each two digits: CRLs hold thousands of instants. */
function twoDigits(contents: Uint8Array, offset: number): number {
  return ((contents[offset] ?? 0) - ZERO) * 10 + (contents[offset + 1] ?? 0) - ZERO;
}

function instantOf(year: number, contents: Uint8Array, offset: number, path: string): Date {
  const month = twoDigits(contents, offset);
  const day = twoDigits(contents, offset + 2);
  const hour = twoDigits(contents, offset + 4);
  const minute = twoDigits(contents, offset + 6);
  const second = twoDigits(contents, offset + 8);
  const instant = new Date(Date.UTC(2000, 0, 1, hour, minute, second));
  instant.setUTCFullYear(year, month - 1, day);
  // Whatever rolled over (31 April, 24:00, second 60) was not an instant of this calendar.
  const same =
    instant.getUTCFullYear() === year &&
    instant.getUTCMonth() === month - 1 &&
    instant.getUTCDate() === day &&
    instant.getUTCHours() === hour &&
    instant.getUTCMinutes() === minute &&
    instant.getUTCSeconds() === second;
  if (!same) throw new FormatError('bad_value', `${path} is no instant of the calendar`, { path });
  return instant;
}
