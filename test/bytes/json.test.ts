import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../src/bytes/errors.ts';
import { type JsonValue, parseJson } from '../../src/bytes/json.ts';
import { fuzzRuns } from '../vectors.ts';
import { codeOf } from './refusal.ts';

describe('parsing JSON', () => {
  it('reads what JSON.parse reads', () => {
    const text = '{"a":[1,-2.5,3e2,true,false,null,"\\u20ac \\"x\\" \\\\"],"b":{"a":{}},"":[]}';
    expect(parseJson(text)).toEqual(JSON.parse(text));
    expect(parseJson(new TextEncoder().encode(text))).toEqual(JSON.parse(text));
  });

  it.each([
    ['{"a":1,"a":1}', 'a'],
    ['{"a":1,"\\u0061":2}', 'a'],
    ['[{"x":{"b":1,"c":{"d":1} , "b" : 2}}]', 'b'],
    ['{"a":{"a":1,"b":[{"a":1}]},"a":0}', 'a'],
    [`{"a":1,"a"${' '.repeat(100)}:2}`, 'json'],
    ['{"":0,"":0}', ''],
  ])('refuses a member that occurs twice: %s', (text, name) => {
    expect(() => parseJson(text)).toThrow(expect.objectContaining({ code: 'duplicate', path: name }));
  });

  it('is not confused by colons, braces and quotes inside strings', () => {
    const text = '{"a:b\\"":"{\\"a\\":1,\\"a\\":2}","c\\\\":":::"}';
    expect(parseJson(text)).toEqual({ 'a:b"': '{"a":1,"a":2}', 'c\\': ':::' });
  });

  it.each([
    ['a member named __proto__', '{"__proto__":{"admin":true}}'],
    ['a member that spells __proto__ with escapes', '[{"\\u005f_proto__":1}]'],
    ['an escaped lone surrogate', '["\\ud800"]'],
    ['an escaped lone surrogate in a name', '{"\\udc00":1}'],
    ['a raw lone surrogate', '["\ud800"]'],
    ['an integer beyond 2^53 - 1', '9007199254740992'],
    ['a long negative integer', '[-12345678901234567890]'],
    ['an overflowing number', '1e309'],
    ['an underflowing number', '0.1e-400'],
    ['a number of eighteen digits', '0.123456789012345678'],
    ['a number that is none', '1-2-3-4-5-6-7-8-9-0'],
    ['a number with two exponents', '1e1e1'],
    ['a leading zero', '[01]'],
    ['a plus sign', '[+1]'],
    ['NaN', 'NaN'],
    ['single quotes', "{'a':1}"],
    ['a comment', '{}//'],
    ['a trailing comma', '[1,]'],
    ['a byte order mark', '\ufeff{}'],
    ['nothing', ''],
    ['a second value', '{}{}'],
    ['an unclosed string', '"abc'],
    ['a raw control character', '"\n"'],
  ])('refuses %s', (_, text) => {
    expect(codeOf(() => parseJson(text))).toBe('bad_value');
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(codeOf(() => parseJson(new Uint8Array([0x22, 0xc0, 0xaf, 0x22])))).toBe('bad_value');
  });

  it.each(['9007199254740991', '-9007199254740991', '1e300', '5e-324', '0e-999', '0.12345678901234567'])(
    'keeps %s',
    (text) => {
      expect(parseJson(text)).toBe(Number(text));
    },
  );

  it('accepts each limit exactly and refuses one more', () => {
    expect(codeOf(() => parseJson('[[]]', { maxDepth: 2 }))).toBe('accepted');
    expect(codeOf(() => parseJson('[[[]]]', { maxDepth: 2 }))).toBe('budget_exceeded');
    expect(codeOf(() => parseJson('"é"', { maxBytes: 4 }))).toBe('accepted');
    expect(codeOf(() => parseJson('"éé"', { maxBytes: 4 }))).toBe('too_long');
    expect(codeOf(() => parseJson('[1,2,3]', { maxNodes: 4 }))).toBe('accepted');
    expect(codeOf(() => parseJson('[1,2,3,4]', { maxNodes: 4 }))).toBe('budget_exceeded');
    expect(codeOf(() => parseJson('{}', { maxBytes: Number.NaN }))).toBe('too_long');
    expect(codeOf(() => parseJson('[]', { maxDepth: Number.NaN }))).toBe('budget_exceeded');
    expect(codeOf(() => parseJson('[]', { maxNodes: Number.NaN }))).toBe('budget_exceeded');
  });

  it('refuses a million brackets at once', () => {
    expect(codeOf(() => parseJson('['.repeat(1_000_000)))).toBe('budget_exceeded');
  });

  it('agrees with JSON.parse on every generated value, however it is spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t'), (value, space) => {
        const text = JSON.stringify(value, null, space);
        const code = codeOf(() => expect(parseJson(text)).toEqual(JSON.parse(text)));
        // What fast-check may make and I-JSON may not hold: big integers, lone surrogates, __proto__.
        return code === 'accepted' || /\d{16}|\\ud|__proto__/.test(text);
      }),
      { numRuns: fuzzRuns },
    );
  });

  it('never takes random text for more than JSON.parse does, and fails only with its own error', () => {
    const fragment = fc.constantFrom(
      ...'{}[]",:\\0-1e.tfn u',
      '"a"',
      'true',
      'null',
      '\\u',
      '"a":1',
      '{"a":',
      '"\\ud800"',
    );
    fc.assert(
      fc.property(fc.array(fragment, { maxLength: 24 }), (fragments) => {
        const text = fragments.join('');
        let value: JsonValue;
        try {
          value = parseJson(text);
        } catch (error) {
          return error instanceof FormatError;
        }
        expect(value).toEqual(JSON.parse(text));
        return true;
      }),
      { numRuns: fuzzRuns },
    );
  });

  it('finds a duplicate wherever it is put', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 2, noUnicodeString: false }),
        fc.string({ unit: 'grapheme-ascii' }),
        fc.boolean(),
        (value, name, wrap) => {
          const member = `${JSON.stringify(name)}:${JSON.stringify(value)}`;
          const text = wrap ? `[0,{"o":{${member},"z~":1,${member}}}]` : `{${member},${member}}`;
          return ['duplicate', 'bad_value'].includes(codeOf(() => parseJson(text)));
        },
      ),
      { numRuns: fuzzRuns },
    );
  });

  it('refuses every proper beginning of a text', () => {
    const text = '{"a":[1,{"b":"c\\u0020\\""}],"d":-1.5e3}';
    for (let length = 0; length < text.length; length++) {
      expect(codeOf(() => parseJson(text.slice(0, length)))).toBe('bad_value');
    }
  });
});
