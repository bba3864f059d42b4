import fc from 'fast-check';
import { expect, it } from 'vitest';
import { fromBase64Url, fromHex, fromUtf8, toBase64Url, toHex, toUtf8 } from '../../src/bytes/text.ts';
import { fuzzRuns } from '../vectors.ts';
import { codeOf } from './refusal.ts';

it('reads back the bytes that it wrote', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(fromHex(toHex(bytes), 'x')).toEqual(bytes);
      expect(fromHex(toHex(bytes).toUpperCase(), 'x')).toEqual(bytes);
      expect(fromBase64Url(toBase64Url(bytes), 'x')).toEqual(bytes);
    }),
    { numRuns: Math.ceil(fuzzRuns / 5) },
  );
});

it.each(['0', '0g', ' 00', '00\n', '0x00'])('refuses the hexadecimal %j', (text) => {
  expect(codeOf(() => fromHex(text, 'x'))).toBe('bad_value');
});

it.each([
  ['AQ==', 'bad_value'],
  ['A+/A', 'bad_value'],
  ['AQ\n', 'bad_value'],
  ['AR', 'not_canonical'],
  ['A', 'not_canonical'],
  ['AAAAA', 'not_canonical'],
])('refuses the base64url %j', (text, code) => {
  expect(codeOf(() => fromBase64Url(text, 'x'))).toBe(code);
});

it('reads no two byte strings as the same text, and never replaces', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 8 }), (bytes) => {
      let text: string;
      try {
        text = fromUtf8(bytes, 'x');
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad_value', path: 'x' });
        return;
      }
      expect(toUtf8(text, 'x')).toEqual(bytes);
    }),
    { numRuns: fuzzRuns },
  );
  expect(fromUtf8(new Uint8Array([0xef, 0xbb, 0xbf, 0x61]), 'x')).toBe('\ufeffa');
});

it('refuses to write a lone surrogate', () => {
  expect(codeOf(() => toUtf8('\ud800', 'x'))).toBe('bad_value');
});
