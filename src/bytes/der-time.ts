import { FormatError } from './errors.ts';

/** An instant, and which of the two types carried it: RFC 5280 binds the type to the year. */
export type DerTime = { readonly instant: Date; readonly form: 'utc' | 'generalized' };

/** UTCTime as RFC 5280 section 4.1.2.5.1 has it: YYMMDDHHMMSSZ, years 1950 to 2049. */
export function readUtcTime(contents: Uint8Array, path: string): DerTime {
  const digits = digitsBeforeZ(contents, 12, path);
  const year = Number(digits.slice(0, 2));
  return { instant: instantOf(year < 50 ? 2000 + year : 1900 + year, digits.slice(2), path), form: 'utc' };
}

/** GeneralizedTime as RFC 5280 section 4.1.2.5.2 has it: YYYYMMDDHHMMSSZ, without fractions or offsets. */
export function readGeneralizedTime(contents: Uint8Array, path: string): DerTime {
  const digits = digitsBeforeZ(contents, 14, path);
  return { instant: instantOf(Number(digits.slice(0, 4)), digits.slice(4), path), form: 'generalized' };
}

function digitsBeforeZ(contents: Uint8Array, count: number, path: string): string {
  const text = Buffer.from(contents.buffer, contents.byteOffset, contents.byteLength).toString('latin1');
  if (text.length !== count + 1 || !/^[0-9]+Z$/.test(text)) {
    throw new FormatError('bad_value', `${path} is not ${count} digits and Z`, { path, actual: text });
  }
  return text.slice(0, count);
}

function instantOf(year: number, rest: string, path: string): Date {
  const month = twoDigits(rest, 0);
  const day = twoDigits(rest, 2);
  const hour = twoDigits(rest, 4);
  const minute = twoDigits(rest, 6);
  const second = twoDigits(rest, 8);
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

/** CRLs hold thousands of instants: no array and no text for each two digits. */
function twoDigits(digits: string, offset: number): number {
  return (digits.charCodeAt(offset) - ZERO) * 10 + digits.charCodeAt(offset + 1) - ZERO;
}

const ZERO = 0x30;
