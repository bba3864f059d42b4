import { FormatError } from './errors.ts';

const INSTANT = /^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2})(?:\.(\d{1,3}))?Z$/;

/**
 * Reads an RFC 3339 instant in UTC, written with `Z`: `2026-03-01T12:00:00Z`, with at most three digits of a second.
 *
 * Refused, though RFC 3339 allows them: offsets (`+00:00` among them), lower-case `t` and `z`, a space for `T`, leap
 * seconds (a `Date` cannot hold them) and digits beyond the millisecond (they would be lost without a word). Refused
 * because no calendar has them, though `Date` would roll them over: 30 February, 24:00.
 *
 * @throws FormatError `bad_value`
 */
export function parseInstant(text: string, path = 'instant'): Date {
  const match = INSTANT.exec(text);
  const date = new Date(match === null ? Number.NaN : text);
  // The round trip catches what Date rolls over instead of refusing.
  const canonical = `${match?.[1]}.${(match?.[2] ?? '').padEnd(3, '0')}Z`;
  if (Number.isNaN(date.getTime()) || date.toISOString() !== canonical) {
    throw new FormatError('bad_value', `${path} is not an instant`, {
      path,
      expected: 'YYYY-MM-DDThh:mm:ss[.sss]Z',
      actual: text.slice(0, 64),
    });
  }
  return date;
}

/**
 * Writes an instant with exactly three digits of a second: one form for each instant, and text order is time order.
 *
 * @throws FormatError `bad_value` for an invalid date or a year outside 0 to 9999
 */
export function formatInstant(date: Date): string {
  const text = Number.isNaN(date.getTime()) ? '' : date.toISOString();
  if (text.length !== 24) {
    throw new FormatError('bad_value', 'not an instant that RFC 3339 can write', {
      path: 'instant',
      expected: 'years 0 to 9999',
      actual: `${date.getTime()} ms`,
    });
  }
  return text;
}
