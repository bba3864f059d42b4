import { FormatError } from './errors.ts';

const DAY_MS = 86_400_000;
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
  const ms = date.getTime();
  if (!(ms >= YEAR_0_MS && ms < YEAR_10000_MS)) {
    throw new FormatError('bad_value', 'not an instant that RFC 3339 can write', {
      path: 'instant',
      expected: 'years 0 to 9999',
      actual: `${ms} ms`,
    });
  }
  const day = Math.floor(ms / DAY_MS);
  let rest = ms - day * DAY_MS;
  const milliseconds = rest % 1000;
  rest = (rest - milliseconds) / 1000;
  const seconds = rest % 60;
  rest = (rest - seconds) / 60;
  const minutes = rest % 60;
  const clock = `${TWO[(rest - minutes) / 60]}:${TWO[minutes]}:${TWO[seconds]}`;
  return `${dayText(day)}T${clock}.${milliseconds < 100 ? '0' : ''}${TWO[milliseconds] ?? milliseconds}Z`;
}

const YEAR_0_MS = Date.UTC(2000, 0, 1) - 730_485 * DAY_MS;
const YEAR_10000_MS = Date.UTC(10_000, 0, 1);
const TWO: readonly string[] = Array.from({ length: 100 }, (_, value) => String(value).padStart(2, '0'));

/** Days since the epoch, as they are written: a process writes few of them, and the engine takes thousands of steps for each. */
const days = new Map<number, string>();
const MAX_DAYS = 1_000;

function dayText(day: number): string {
  let text = days.get(day);
  if (text === undefined) {
    text = new Date(day * DAY_MS).toISOString().slice(0, 10);
    if (days.size >= MAX_DAYS) days.clear();
    days.set(day, text);
  }
  return text;
}
