import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { type Item, parseCollection, serialiseCollection } from '../../../src/evidence/bundle/cmw.ts';
import { COLLECTION_TYPE, TPM_QUOTE_MEDIA_TYPE } from '../../../src/evidence/bundle/labels.ts';
import { fuzzRuns } from '../../vectors.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const collection = (records: object): Uint8Array =>
  utf8(JSON.stringify({ __cmwc_t: COLLECTION_TYPE, ...records }));
const codeOf = (bytes: Uint8Array): string => {
  try {
    parseCollection(bytes);
    return 'parsed';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
};

const label = fc.stringMatching(/^[a-z][a-z0-9.-]{0,20}$/);
const items = fc.uniqueArray(
  fc.record({
    label,
    mediaType: fc.constantFrom(TPM_QUOTE_MEDIA_TYPE, 'application/cbor', 'text/x.y+z'),
    value: fc.uint8Array({ minLength: 1, maxLength: 200 }),
  }),
  { selector: (item) => item.label, maxLength: 32 },
);

describe('parseCollection', () => {
  it('reads back what was written', () => {
    fc.assert(
      fc.property(items, (list: readonly Item[]) => {
        const parsed = parseCollection(utf8(serialiseCollection(list)));
        expect([...parsed.values()]).toEqual(list);
      }),
    );
  });

  it.each<[string, string, Uint8Array]>([
    ['an array', 'bad_value', utf8('[]')],
    ['no type', 'bad_value', utf8('{"a":["x/y","AA"]}')],
    ["another collection's type", 'bad_value', utf8('{"__cmwc_t":"tag:example,2024:x","a":["x/y","AA"]}')],
    ['a nested collection', 'bad_value', collection({ a: { __cmwc_t: COLLECTION_TYPE } })],
    ['a record of one', 'bad_value', collection({ a: ['x/y'] })],
    ['a record of four', 'bad_value', collection({ a: ['x/y', 'AA', 4, 4] })],
    ['a CoAP content format', 'bad_value', collection({ a: [30001, 'AA'] })],
    ['a media type with a parameter', 'bad_value', collection({ a: ['x/y; charset=utf-8', 'AA'] })],
    ['an upper-case media type', 'bad_value', collection({ a: ['X/Y', 'AA'] })],
    ['padded base64', 'bad_value', collection({ a: ['x/y', 'AA=='] })],
    ['base64 with loose bits', 'not_canonical', collection({ a: ['x/y', 'AB'] })],
    ['an empty value', 'bad_value', collection({ a: ['x/y', ''] })],
    ['an endorsement', 'unsupported', collection({ a: ['x/y', 'AA', 2] })],
    ['evidence that is also an endorsement', 'unsupported', collection({ a: ['x/y', 'AA', 6] })],
    ['a label with a capital', 'bad_value', collection({ Tpm: ['x/y', 'AA'] })],
    ['a reserved label', 'bad_value', collection({ __x: ['x/y', 'AA'] })],
    [
      'a label twice',
      'duplicate',
      utf8(`{"__cmwc_t":"${COLLECTION_TYPE}","a":["x/y","AA"],"a":["x/y","AQ"]}`),
    ],
    [
      'a label twice, once escaped',
      'duplicate',
      utf8(`{"__cmwc_t":"${COLLECTION_TYPE}","a":["x/y","AA"],"\\u0061":["x/y","AQ"]}`),
    ],
    ['an oversized item', 'too_long', collection({ a: ['x/y', 'A'.repeat(4 * 200_000)] })],
    [
      '33 items',
      'budget_exceeded',
      collection(Object.fromEntries(Array.from({ length: 33 }, (_, index) => [`a${index}`, ['x/y', 'AA']]))),
    ],
    ['trailing text', 'bad_value', utf8(`{"__cmwc_t":"${COLLECTION_TYPE}"} {}`)],
    ['bytes that are not UTF-8', 'bad_value', Uint8Array.of(0xff, 0xfe)],
  ])('refuses %s', (_, code, bytes) => {
    expect(codeOf(bytes)).toBe(code);
  });

  it('refuses every truncation', () => {
    const whole = collection({ binding: ['x/y', 'AAAA'], tpm: ['x/y', 'AAAA', 4] });
    expect(codeOf(whole)).toBe('parsed');
    for (let length = 0; length < whole.length; length++)
      expect(codeOf(whole.subarray(0, length))).not.toBe('parsed');
  });

  it('answers anything at all with a format error or a collection', () => {
    const near = fc.tuple(fc.nat(200), fc.uint8Array({ maxLength: 6 })).map(([at, noise]) => {
      const bytes = collection({ binding: ['x/y', 'AAAA'], tpm: ['application/cbor', 'AAAA', 4] });
      bytes.set(noise.subarray(0, Math.max(0, bytes.length - at)), Math.min(at, bytes.length));
      return bytes;
    });
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array(), fc.json().map(utf8)), (bytes) => {
        codeOf(bytes);
      }),
      { numRuns: fuzzRuns },
    );
  });
});
