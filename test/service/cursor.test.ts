import { describe, expect, it } from 'vitest';
import { readCursor, writeCursor } from '../../src/service/cursor.ts';

describe('where a sorted list goes on', () => {
  it('is read as it was written, under its own sort alone', () => {
    const text = writeCursor('hostname', { at: 'a.example', id: 'hst_1' });
    expect(readCursor('hostname', text, 'string')).toEqual({ at: 'a.example', id: 'hst_1' });
    expect(() => readCursor('-hostname', text, 'string')).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });

  it.each([
    ['in the place', 'hostname', 'string', { at: 'a\u0000', id: 'hst_1' }],
    ['in the identifier', 'hostname', 'string', { at: 'a', id: '\u0000' }],
    ['in the identifier beside a number', 'evidence', 'number', { at: 1, id: 'hst_\u0000' }],
  ] as const)('is none that a database cannot compare: U+0000 %s', (_, sort, kind, place) => {
    expect(() => readCursor(sort, writeCursor(sort, place), kind)).toThrow(
      expect.objectContaining({ code: 'invalid_request' }),
    );
  });
});
