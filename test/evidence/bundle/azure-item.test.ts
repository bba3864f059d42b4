import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import { parseAzureItem, serialiseAzureItem } from '../../../src/evidence/bundle/azure-item.ts';
import type { HashName } from '../../../src/evidence/tpm/index.ts';
import { fuzzRuns } from '../../vectors.ts';

const item = {
  hclReport: Uint8Array.of(1),
  quote: Uint8Array.of(2),
  signature: Uint8Array.of(3),
  pcrs: new Map<HashName, ReadonlyMap<number, Uint8Array>>([
    ['sha256', new Map([7, 10, 23].map((index) => [index, new Uint8Array(32).fill(index)]))],
  ]),
  akCertificate: Uint8Array.of(4),
  tdQuote: Uint8Array.of(5),
  certificates: [Uint8Array.of(6), Uint8Array.of(7)],
  eventLog: Uint8Array.of(8),
};
const text = new TextDecoder().decode(serialiseAzureItem(item));
const utf8 = (json: string): Uint8Array => new TextEncoder().encode(json);

function codeOf(bytes: Uint8Array): string {
  try {
    parseAzureItem(bytes);
    return 'parsed';
  } catch (error) {
    if (error instanceof FormatError) return error.code;
    throw error;
  }
}

describe('parseAzureItem', () => {
  it('reads back what was written, whole and with nothing but what must be there', () => {
    const least = { ...item, akCertificate: null, tdQuote: null, certificates: [], eventLog: null };
    for (const one of [item, least]) {
      const { pcrs, ...rest } = parseAzureItem(serialiseAzureItem(one));
      expect({ ...rest, pcrs: pcrs.banks }).toEqual(one);
    }
  });

  it('has room for the largest item, which fits into a collection', () => {
    const largest = serialiseAzureItem({
      hclReport: new Uint8Array(4096),
      quote: new Uint8Array(2048),
      signature: new Uint8Array(2048),
      pcrs: new Map(
        (['sha1', 'sha256', 'sha384', 'sha512'] as const).map((bank, index) => [
          bank,
          new Map(
            Array.from({ length: 24 }, (_, pcr) => [pcr, new Uint8Array([20, 32, 48, 64][index] ?? 0)]),
          ),
        ]),
      ),
      akCertificate: new Uint8Array(4096),
      tdQuote: new Uint8Array(16384),
      certificates: Array.from({ length: 8 }, () => new Uint8Array(4096)),
      eventLog: new Uint8Array(1 << 18),
    });
    expect(codeOf(largest)).toBe('parsed');
    expect(largest.length).toBeLessThan(1 << 19);
  });

  it.each<[string, string, string]>([
    ['an unknown member', 'bad_value', text.replace('{"hclReport"', '{"nonce":1,"hclReport"')],
    ['no HCL report', 'bad_value', text.replace('"hclReport":"AQ",', '')],
    ['an empty HCL report', 'bad_value', text.replace('"hclReport":"AQ"', '"hclReport":""')],
    ['an oversized HCL report', 'too_long', text.replace('"AQ"', `"${'A'.repeat(5464)}"`)],
    ['no quote', 'bad_value', text.replace('"quote":"Ag",', '')],
    ['an oversized quote', 'too_long', text.replace('"Ag"', `"${'A'.repeat(4096)}"`)],
    ['no signature', 'bad_value', text.replace('"signature":"Aw",', '')],
    ['no PCRs', 'bad_value', text.replace('"pcrs"', '"pcr"')],
    ['an oversized AK certificate', 'too_long', text.replace('"BA"', `"${'A'.repeat(5464)}"`)],
    ['an oversized TD quote', 'too_long', text.replace('"BQ"', `"${'A'.repeat(21848)}"`)],
    ['an empty TD quote', 'bad_value', text.replace('"BQ"', '""')],
    ['a null TD quote', 'bad_value', text.replace('"BQ"', 'null')],
    ['one certificate too many', 'bad_value', text.replace('"Bg"', Array(8).fill('"Bg"').join())],
    ['an oversized certificate', 'too_long', text.replace('"Bg"', `"${'A'.repeat(5464)}"`)],
    ['an empty certificate', 'bad_value', text.replace('"Bg"', '""')],
    ['base64url with bits to spare', 'not_canonical', text.replace('"AQ"', '"AR"')],
    ['a member twice', 'duplicate', text.replace('"quote":"Ag"', '"quote":"Ag","quote":"Ag"')],
    ['trailing text', 'bad_value', `${text}1`],
  ])('refuses %s', (_, code, json) => {
    expect(json).not.toBe(text);
    expect(codeOf(utf8(json))).toBe(code);
  });

  it('refuses every truncation', () => {
    for (let length = 0; length < text.length; length++) {
      expect(codeOf(utf8(text.slice(0, length)))).not.toBe('parsed');
    }
  });

  it('answers anything at all with a format error or an item', () => {
    const near = fc
      .tuple(fc.nat(text.length), fc.string({ maxLength: 3 }))
      .map(([at, noise]) => utf8(text.slice(0, at) + noise + text.slice(at + noise.length)));
    fc.assert(
      fc.property(fc.oneof(near, fc.uint8Array(), fc.json().map(utf8)), (bytes) => {
        codeOf(bytes);
      }),
      { numRuns: fuzzRuns },
    );
  });
});
