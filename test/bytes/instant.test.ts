import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/bytes/errors.ts';
import { formatInstant, parseInstant } from '../../src/bytes/instant.ts';
import { fuzzRuns } from '../vectors.ts';
import { codeOf } from './refusal.ts';

describe('instants', () => {
  it.each([
    ['2026-03-01T12:00:00Z', '2026-03-01T12:00:00.000Z'],
    ['2026-03-01T12:00:00.5Z', '2026-03-01T12:00:00.500Z'],
    ['2026-03-01T12:00:00.25Z', '2026-03-01T12:00:00.250Z'],
    ['2024-02-29T23:59:59.999Z', '2024-02-29T23:59:59.999Z'],
    ['0000-01-01T00:00:00Z', '0000-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59.999Z', '9999-12-31T23:59:59.999Z'],
  ])('reads %s', (text, canonical) => {
    expect(formatInstant(parseInstant(text))).toBe(canonical);
  });

  it.each([
    ['an offset', '2026-03-01T12:00:00+01:00'],
    ['a zero offset', '2026-03-01T12:00:00+00:00'],
    ['no zone', '2026-03-01T12:00:00'],
    ['a lower-case zone', '2026-03-01T12:00:00z'],
    ['a lower-case separator', '2026-03-01t12:00:00Z'],
    ['a space', '2026-03-01 12:00:00Z'],
    ['a leap second', '2016-12-31T23:59:60Z'],
    ['digits beyond the millisecond', '2026-03-01T12:00:00.0000Z'],
    ['an empty fraction', '2026-03-01T12:00:00.Z'],
    ['a comma', '2026-03-01T12:00:00,5Z'],
    ['30 February', '2024-02-30T00:00:00Z'],
    ['29 February of a common year', '2023-02-29T00:00:00Z'],
    ['month 13', '2024-13-01T00:00:00Z'],
    ['day 0', '2024-01-00T00:00:00Z'],
    ['24:00', '2024-01-01T24:00:00Z'],
    ['minute 60', '2024-01-01T00:60:00Z'],
    ['no seconds', '2024-01-01T00:00Z'],
    ['a date', '2024-01-01'],
    ['a six-digit year', '+002024-01-01T00:00:00Z'],
    ['a new line', '2024-01-01T00:00:00Z\n'],
    ['other digits', '２024-01-01T00:00:00Z'],
    ['nothing', ''],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => parseInstant(text))).toBe('bad_value');
  });

  it('names the field in its error', () => {
    expect(() => parseInstant('soon', 'licence.notAfter')).toThrow(
      expect.objectContaining({ code: 'bad_value', path: 'licence.notAfter', actual: 'soon' }),
    );
  });

  it.each([new Date(Number.NaN), new Date(8.64e15), new Date(-8.64e15)])('does not write %s', (date) => {
    expect(codeOf(() => formatInstant(date))).toBe('bad_value');
  });

  it('reads back what it wrote, and text order is time order', () => {
    const date = fc.date({
      min: new Date('0000-01-01T00:00:00Z'),
      max: new Date('9999-12-31T23:59:59.999Z'),
      noInvalidDate: true,
    });
    fc.assert(
      fc.property(date, date, (a, b) => {
        expect(parseInstant(formatInstant(a))).toEqual(a);
        expect(formatInstant(a) < formatInstant(b)).toBe(a < b);
      }),
      { numRuns: fuzzRuns },
    );
  });

  it('fails on random text only with its own error', () => {
    const text = fc.stringMatching(/^[0-9TZ:.+-]{18,26}$/);
    fc.assert(
      fc.property(text, (candidate) => {
        try {
          return formatInstant(parseInstant(candidate)).startsWith(candidate.slice(0, 19));
        } catch (error) {
          return error instanceof FormatError;
        }
      }),
      { numRuns: fuzzRuns },
    );
  });
});
