import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Cursor } from '../../src/bytes/cursor.ts';
import { equalBytes } from '../../src/bytes/equal.ts';
import { fuzzRuns } from '../vectors.ts';
import { codeOf } from './refusal.ts';

const sixteen = new Uint8Array(16).map((_, index) => index + 1);

it('reads integers of each width in both orders', () => {
  const cursor = new Cursor(new Uint8Array([...sixteen, ...sixteen]), 'test');
  expect(cursor.u8('a')).toBe(0x01);
  expect(cursor.u16be('a')).toBe(0x0203);
  expect(cursor.u16le('a')).toBe(0x0504);
  expect(cursor.u32be('a')).toBe(0x06070809);
  expect(cursor.u32le('a')).toBe(0x0d0c0b0a);
  expect(cursor.u64be('a')).toBe(0x0e0f100102030405n);
  expect(cursor.u64le('a')).toBe(0x0d0c0b0a09080706n);
  expect([cursor.offset, cursor.remaining]).toEqual([29, 3]);
});

it('reads a view that does not begin where its memory does', () => {
  expect(new Cursor(sixteen.subarray(4, 6), 'test').u16be('a')).toBe(0x0506);
  expect(codeOf(() => new Cursor(sixteen.subarray(4, 6), 'test').u32be('a'))).toBe('truncated');
});

it('keeps the bytes between an earlier offset and here', () => {
  const cursor = new Cursor(sixteen, 'test');
  cursor.take(3, 'a');
  const start = cursor.offset;
  cursor.u16be('b');
  expect(cursor.since(start)).toEqual(new Uint8Array([4, 5]));
  expect(cursor.rest('c')).toHaveLength(11);
  expect(codeOf(() => cursor.end())).toBe('accepted');
});

it('does not move on a read that fails, and says where it happened', () => {
  const cursor = new Cursor(new Uint8Array(3), 'tpmsAttest');
  cursor.u8('magic');
  expect(() => cursor.u32be('type')).toThrow(
    expect.objectContaining({ code: 'truncated', path: 'tpmsAttest.type', offset: 1 }),
  );
  expect(cursor.remaining).toBe(2);
  expect(() => cursor.end()).toThrow(expect.objectContaining({ code: 'trailing_data', offset: 1 }));
});

it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 0.5, 17])(
  'refuses to take %s bytes of sixteen',
  (length) => {
    expect(codeOf(() => new Cursor(sixteen, 'test').take(length, 'a'))).toBe('truncated');
  },
);

it('compares a length with its ceiling before it takes a byte', () => {
  const sized = new Uint8Array([0, 2, 7, 7]);
  expect(new Cursor(sized, 'test').sized16be('a', 2)).toEqual(new Uint8Array([7, 7]));
  expect(codeOf(() => new Cursor(sized, 'test').sized16be('a', 1))).toBe('too_long');
  expect(codeOf(() => new Cursor(sized, 'test').sized16be('a', Number.NaN))).toBe('too_long');
  expect(codeOf(() => new Cursor(sized.subarray(0, 3), 'test').sized16be('a', 2))).toBe('truncated');
  expect(new Cursor(new Uint8Array([1, 0, 0, 0, 9]), 'test').sized32le('a', 1)).toEqual(new Uint8Array([9]));
  expect(codeOf(() => new Cursor(new Uint8Array([2, 0, 0, 0, 9]), 'test').sized32le('a', 1))).toBe(
    'too_long',
  );
});

it('never reads a byte twice, passes over one or leaves its input', () => {
  const reads = fc.array(fc.constantFrom('u8', 'u16be', 'u32le', 'u64be', 'take'), { maxLength: 12 });
  const width = { u8: 1, u16be: 2, u32le: 4, u64be: 8, take: 5 } as const;
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), reads, (bytes, kinds) => {
      const cursor = new Cursor(bytes, 'test');
      let offset = 0;
      for (const kind of kinds) {
        const read = (): unknown => (kind === 'take' ? cursor.take(5, 'a') : cursor[kind]('a'));
        if (offset + width[kind] > bytes.length) expect(codeOf(read)).toBe('truncated');
        else {
          read();
          offset += width[kind];
        }
        expect([cursor.offset, cursor.remaining]).toEqual([offset, bytes.length - offset]);
      }
    }),
    { numRuns: Math.ceil(fuzzRuns / 5) },
  );
});

it('compares bytes, not the memory that holds them', () => {
  expect(equalBytes(sixteen.subarray(0, 2), new Uint8Array([1, 2]))).toBe(true);
  expect(equalBytes(sixteen.subarray(0, 2), new Uint8Array([1, 3]))).toBe(false);
  expect(equalBytes(sixteen.subarray(0, 2), sixteen.subarray(0, 3))).toBe(false);
  expect(equalBytes(new Uint8Array(), new Uint8Array())).toBe(true);
});
