import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { toBase64Url, toUtf8 } from '../../../src/bytes/text.ts';
import { parseSnpItem, serialiseSnpItem } from '../../../src/evidence/bundle/snp-item.ts';
import { parseTdxItem, serialiseTdxItem } from '../../../src/evidence/bundle/tdx-item.ts';
import { fuzzRuns } from '../../vectors.ts';
import { snp } from './guest.ts';

const json = (value: unknown): Uint8Array => toUtf8(JSON.stringify(value), 'test');
const codeOf = (act: () => unknown): string => {
  try {
    act();
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
  return 'none';
};
const bytes = (length: number): Uint8Array => new Uint8Array(length).fill(7);
const text = (length: number): string => toBase64Url(bytes(length));

describe('parseTdxItem', () => {
  it('reads what serialiseTdxItem writes', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 300 }),
        fc.option(fc.uint8Array({ minLength: 1, maxLength: 300 })),
        (quote, eventLog) => {
          expect(parseTdxItem(serialiseTdxItem({ quote, eventLog }))).toEqual({ quote, eventLog });
        },
      ),
      { numRuns: fuzzRuns },
    );
  });

  it.each([
    ['bad_value', { quote: '' }],
    ['bad_value', { eventLog: text(3) }],
    ['bad_value', { quote: text(3), more: 1 }],
    ['bad_value', { quote: 5 }],
    ['too_long', { quote: text((1 << 15) + 1) }],
    ['too_long', { quote: text(3), eventLog: text((1 << 18) + 1) }],
    ['bad_value', { quote: 'AB=' }],
  ])('refuses with %s', (code, item) => {
    expect(codeOf(() => parseTdxItem(json(item)))).toBe(code);
  });
});

describe('parseSnpItem', () => {
  it('reads what serialiseSnpItem writes, a list of certificates or the table of a host', () => {
    const [leaf = bytes(1), ask = bytes(1)] = snp.certificates();
    const listed = parseSnpItem(serialiseSnpItem({ report: bytes(1184), certificates: [leaf, ask] }));
    expect(listed).toEqual({ report: bytes(1184), certificates: [leaf, ask] });
    const table = parseSnpItem(serialiseSnpItem({ report: bytes(1184), auxblob: snp.auxblob() }));
    expect(table.certificates).toEqual(snp.certificates());
    expect(parseSnpItem(serialiseSnpItem({ report: bytes(1184) })).certificates).toEqual([]);
  });

  it.each([
    ['bad_value', { report: '' }],
    ['bad_value', { certificates: [] }],
    ['bad_value', { report: text(3), auxblob: text(24), certificates: [] }],
    ['bad_value', { report: text(3), certificates: Array.from({ length: 9 }, () => text(3)) }],
    ['bad_value', { report: text(3), certificates: [''] }],
    ['too_long', { report: text((1 << 12) + 1) }],
    ['too_long', { report: text(3), certificates: [text((1 << 12) + 1)] }],
    ['too_long', { report: text(3), auxblob: text((1 << 16) + 1) }],
    ['truncated', { report: text(3), auxblob: text(3) }],
  ])('refuses with %s', (code, item) => {
    expect(codeOf(() => parseSnpItem(json(item)))).toBe(code);
  });
});

it('answers anything at all with a format error or an item', () => {
  const near = fc.json().map((value) => toUtf8(value, 'test'));
  fc.assert(
    fc.property(fc.oneof(near, fc.uint8Array()), (noise) => {
      for (const parse of [parseTdxItem, parseSnpItem]) expect(codeOf(() => parse(noise))).not.toBe('none');
    }),
    { numRuns: fuzzRuns },
  );
});
