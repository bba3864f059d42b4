import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  canonicalJsonBytes,
  canonicalPlainJson,
  settled,
} from '../../src/bytes/canonical-json.ts';
import { parseJson } from '../../src/bytes/json.ts';
import { plainJson } from '../../src/bytes/plain-json.ts';
import { fromHex, toHex } from '../../src/bytes/text.ts';
import { fuzzRuns } from '../vectors.ts';
import { codeOf } from './refusal.ts';

/** RFC 8785, appendix B: IEEE 754 double in hexadecimal, and its JSON. */
const NUMBERS: readonly (readonly [string, string])[] = [
  ['0000000000000000', '0'],
  ['8000000000000000', '0'],
  ['0000000000000001', '5e-324'],
  ['8000000000000001', '-5e-324'],
  ['7fefffffffffffff', '1.7976931348623157e+308'],
  ['ffefffffffffffff', '-1.7976931348623157e+308'],
  ['4340000000000000', '9007199254740992'],
  ['c340000000000000', '-9007199254740992'],
  ['4430000000000000', '295147905179352830000'],
  ['44b52d02c7e14af5', '9.999999999999997e+22'],
  ['44b52d02c7e14af6', '1e+23'],
  ['44b52d02c7e14af7', '1.0000000000000001e+23'],
  ['444b1ae4d6e2ef4e', '999999999999999700000'],
  ['444b1ae4d6e2ef4f', '999999999999999900000'],
  ['444b1ae4d6e2ef50', '1e+21'],
  ['3eb0c6f7a0b5ed8c', '9.999999999999997e-7'],
  ['3eb0c6f7a0b5ed8d', '0.000001'],
  ['41b3de4355555553', '333333333.3333332'],
  ['41b3de4355555554', '333333333.33333325'],
  ['41b3de4355555555', '333333333.3333333'],
  ['41b3de4355555556', '333333333.3333334'],
  ['41b3de4355555557', '333333333.33333343'],
  ['becbf647612f3696', '-0.0000033333333333333333'],
  ['43143ff3c1cb0959', '1424953923781206.2'],
];

function double(hex: string): number {
  return new DataView(fromHex(hex, 'double').buffer).getFloat64(0);
}

describe('canonical JSON', () => {
  it('serialises the example of RFC 8785, 3.2.2 to the bytes of 3.2.4', () => {
    const value = parseJson(`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/",
      "literals": [null, true, false]
    }`);
    expect(toHex(canonicalJsonBytes(value))).toBe(
      '7b226c69746572616c73223a5b6e756c6c2c747275652c66616c73655d2c226e756d62657273223a' +
        '5b3333333333333333332e333333333333332c31652b33302c342e352c302e3030322c31652d3237' +
        '5d2c22737472696e67223a22e282ac245c75303030665c6e4127425c225c5c5c5c5c222f227d',
    );
  });

  it('orders members by UTF-16 code units, as RFC 8785, 3.2.3 shows', () => {
    const value = parseJson(`{
      "\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\ufb33": "Hebrew Letter Dalet With Dagesh",
      "1": "One", "\\ud83d\\ude00": "Emoji: Grinning Face", "\\u0080": "Control",
      "\\u00f6": "Latin Small Letter O With Diaeresis"
    }`);
    expect(Object.values(JSON.parse(canonicalJson(value))).toSorted()).toHaveLength(7);
    expect([...canonicalJson(value).matchAll(/:"([^"]+)"/g)].map((match) => match[1])).toEqual([
      'Carriage Return',
      'One',
      'Control',
      'Latin Small Letter O With Diaeresis',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  it.each(NUMBERS)('writes the double %s as %s (RFC 8785, appendix B)', (hex, text) => {
    expect(canonicalJson(double(hex))).toBe(text);
  });

  it.each(['7fffffffffffffff', '7ff0000000000000', 'fff0000000000000'])(
    'refuses the double %s (RFC 8785, appendix B)',
    (hex) => {
      expect(codeOf(() => canonicalJson(double(hex)))).toBe('bad_value');
    },
  );

  it('writes integer-like names in text order, not in the order of the engine', () => {
    expect(canonicalJson({ 10: 1, 9: 2, b: 3, '': 4 })).toBe('{"":4,"10":1,"9":2,"b":3}');
  });

  it.each<readonly [string, unknown]>([
    ['undefined', undefined],
    ['an undefined member', { a: undefined }],
    ['a hole in an array', new Array(1)],
    ['a bigint', 1n],
    ['a function', () => 0],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['bytes', new Uint8Array(1)],
    ['an object with a class', new (class Thing {})()],
    ['a lone surrogate', ['\ud800']],
    ['a lone surrogate in a name', { '\udfff': 1 }],
  ])('refuses %s', (_, value) => {
    const notJson = value as never; // on purpose: the type forbids it, JavaScript callers may try
    expect(codeOf(() => canonicalJson(notJson))).toBe('bad_value');
  });

  it('refuses a cyclic value instead of overflowing the stack', () => {
    const cycle: { self?: never } = {};
    cycle.self = cycle as never; // on purpose: no JSON value is cyclic
    expect(codeOf(() => canonicalJson(cycle as never))).toBe('budget_exceeded'); // likewise
  });

  it('is one text for a value whatever the order in which its members were given, and reads back the same', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), fc.jsonValue()), (value) => {
        if (/__proto__|\\ud[89a-f]/.test(JSON.stringify(value))) return;
        const original = JSON.parse(JSON.stringify(value));
        const reversed = Object.fromEntries(Object.entries(original).reverse());
        const text = canonicalJson(original);
        expect(canonicalJson(reversed as never)).toBe(text); // the same JSON value, its type lost on the way
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(original)));
        expect(canonicalJson(JSON.parse(text))).toBe(text);
      }),
      { numRuns: Math.ceil(fuzzRuns / 5) },
    );
  });
});

describe('canonicalPlainJson', () => {
  const leaf = fc.oneof(
    fc.string({ unit: 'grapheme' }),
    fc.string({ unit: 'binary' }),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined, '\u007f', '"', '\\', '\ud800'),
    fc.date(),
  );
  const { value } = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      leaf,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(
        fc.string({ unit: 'grapheme' }).filter((name) => name !== '__proto__'),
        tie('value'),
        { maxKeys: 6, noNullPrototype: true },
      ),
    ),
  }));
  const outcome = (work: () => string): string => {
    try {
      return work();
    } catch (error) {
      return codeOf(() => {
        throw error;
      });
    }
  };

  it('is the canonical form of the plain copy, or refused like it', () => {
    const runs = { numRuns: Math.min(fuzzRuns, 2000) };
    fc.assert(
      fc.property(value, (any) => {
        expect(outcome(() => canonicalPlainJson(any))).toBe(outcome(() => canonicalJson(plainJson(any))));
      }),
      runs,
    );
  });

  it('writes dates and leaves out what is undefined, which canonicalJson refuses', () => {
    const given = { b: new Date(0), a: undefined };
    expect(canonicalPlainJson(given)).toBe('{"b":"1970-01-01T00:00:00.000Z"}');
    expect(codeOf(() => canonicalJson(given as never))).toBe('bad_value'); // what no type lets through
  });
});

describe('a settled value', () => {
  it('is written as it was, wherever it stands, and nobody changes it', () => {
    const make = () => ({ b: [{ at: new Date(5) }, 'two'], a: undefined, c: null });
    const value = settled(make());
    const within = (inner: object) => canonicalPlainJson({ z: [inner, inner], a: { inner } });
    expect(within(value)).toBe(within(make()));
    expect(canonicalPlainJson(value)).toBe(canonicalPlainJson(make()));
    expect(() => Object.assign(value, { c: 1 })).toThrow(TypeError);
    expect(() => Object.assign(value.b[0] ?? {}, { at: 1 })).toThrow(TypeError);
    expect(() => value.b.push('three')).toThrow(TypeError);
  });

  it('is none where it has no canonical form', () => {
    const given = { map: new Map() };
    expect(codeOf(() => settled(given))).toBe('bad_value');
    expect(Object.isFrozen(given)).toBe(false);
  });
});
