import { describe, expect, it } from 'vitest';
import { DerReader } from '../../src/bytes/der.ts';
import { TAG } from '../../src/bytes/der-tag.ts';
import { FormatError } from '../../src/bytes/errors.ts';
import { fromHex } from '../../src/bytes/text.ts';

function codeOf(act: () => unknown): string {
  try {
    act();
  } catch (error) {
    if (error instanceof FormatError) return `${error.code} at ${error.offset}`;
    throw error;
  }
  return 'accepted';
}

const read = <T>(hex: string, how: (reader: DerReader) => T): T =>
  DerReader.parse(fromHex(hex, 'test'), 'Test', how);

describe('a DER reader of what is nested', () => {
  it('sees nothing behind its own end', () => {
    // An empty sequence, and an integer beside it.
    const inner = (how: (reader: DerReader) => unknown) => () =>
      read('3000020105', (outer) => {
        const seen = outer.sequence('inner', 8, how);
        outer.integer('beside', 1);
        return seen;
      });
    expect(inner((reader) => reader.has(TAG.integer))()).toBe(false);
    expect(inner((reader) => reader.atEnd)()).toBe(true);
    expect(codeOf(inner((reader) => reader.integer('i', 1)))).toBe('truncated at 2');
    expect(codeOf(inner((reader) => reader.any('a', 8)))).toBe('truncated at 2');
    expect(inner((reader) => reader.peek(8))()).toBe(null);
    expect(codeOf(inner((reader) => reader.skip('s', 8)))).toBe('truncated at 2');
  });

  it('refuses an element that reaches beyond it', () => {
    // The sequence has 2 bytes: the integer inside claims one of the next.
    expect(
      codeOf(() => read('300202010505', (outer) => outer.sequence('s', 8, (inner) => inner.integer('i', 4)))),
    ).toBe('truncated at 4');
  });
});

describe('peeking and skipping', () => {
  it('shows an element without consuming it, and consumes it without a look', () => {
    read('0201050500', (reader) => {
      expect(reader.peek(1)).toEqual(fromHex('020105', 'first'));
      expect(reader.peek(1)).toEqual(fromHex('020105', 'first'));
      reader.skip('first', 1);
      expect(reader.peek(0)).toEqual(fromHex('0500', 'second'));
      reader.null('second');
    });
  });

  it('keeps to the ceiling, and to minimal lengths', () => {
    for (const [hex, code] of [
      ['02020505', 'too_long at 2'],
      ['02810105', 'not_canonical at 3'],
    ] as const) {
      expect(codeOf(() => read(hex, (reader) => reader.skip('i', 1)))).toBe(code);
      expect(codeOf(() => read(hex, (reader) => void (reader.peek(1) ?? reader.skip('i', 1))))).toBe(code);
    }
  });
});
