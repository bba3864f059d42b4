import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domain, domainText } from '../../src/bytes/domain.ts';
import { toHex, toUtf8 } from '../../src/bytes/text.ts';
import { fuzzRuns } from '../vectors.ts';
import { codeOf } from './refusal.ts';

const bytes = (text: string): Uint8Array => toUtf8(text, 'test');

describe('domain separation', () => {
  it('puts the purpose and a NUL before a single part', () => {
    expect(domain('host-binding', bytes('abc'))).toEqual(bytes('sextant/v1/host-binding\0abc'));
  });

  it('counts and measures several parts', () => {
    expect(domain('leaf', bytes('ab'), bytes(''))).toEqual(bytes('sextant/v1/leaf/2\0\0\0\0\x02ab\0\0\0\0'));
  });

  it.each(['', 'Leaf', 'a/2', 'a\0', 'a b', '1a', 'a'.repeat(64)])('refuses the purpose %j', (purpose) => {
    expect(codeOf(() => domain(purpose, bytes('x')))).toBe('bad_value');
  });

  it('refuses to separate nothing', () => {
    expect(codeOf(() => domain('leaf'))).toBe('bad_value');
  });

  it('never yields the same bytes for two different calls', () => {
    const part = fc.uint8Array({ maxLength: 3 });
    const call = fc.tuple(fc.constantFrom('a', 'ab', 'a-2'), fc.array(part, { minLength: 1, maxLength: 3 }));
    const name = ([purpose, parts]: readonly [string, readonly Uint8Array[]]): string =>
      [purpose, ...parts.map(toHex)].join();
    fc.assert(
      fc.property(call, call, (one, two) => {
        const same = toHex(domain(one[0], ...one[1])) === toHex(domain(two[0], ...two[1]));
        return same === (name(one) === name(two));
      }),
      { numRuns: fuzzRuns },
    );
  });

  it('writes one part that is text as the same bytes, and no lone surrogate', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(toUtf8(domainText('a-2', text), 'test')).toEqual(domain('a-2', bytes(text)));
      }),
    );
    expect(codeOf(() => domainText('leaf', 'a\ud800'))).toBe('bad_value');
    expect(codeOf(() => domainText('Leaf', 'a'))).toBe('bad_value');
  });

  it('does not let one part imitate the encoding of several', () => {
    const two = domain('leaf', bytes('ab'), bytes('c'));
    const prefix = bytes('sextant/v1/leaf\0').length;
    expect(toHex(domain('leaf', two.subarray(prefix)))).not.toBe(toHex(two));
  });
});
