import { describe, expect, it } from 'vitest';
import { isFinal, translate } from '../../src/store/sqlite/failure.ts';

const sqliteError = (errcode: number) => Object.assign(new Error('from SQLite'), { errcode });

describe('a failure of SQLite', () => {
  it.each([
    { errcode: 5, meaning: 'busy', code: 'store_unavailable', final: false },
    { errcode: 261, meaning: 'busy in recovery', code: 'store_unavailable', final: false },
    { errcode: 13, meaning: 'full', code: 'store_unavailable', final: false },
    { errcode: 778, meaning: 'a failed write', code: 'store_unavailable', final: false },
    { errcode: 1034, meaning: 'a failed fsync', code: 'store_unavailable', final: true },
    { errcode: 1290, meaning: 'a failed fsync of the folder', code: 'store_unavailable', final: true },
    { errcode: 11, meaning: 'damage', code: 'store_unavailable', final: true },
    { errcode: 267, meaning: 'damage of the header', code: 'store_unavailable', final: true },
    { errcode: 26, meaning: 'no database', code: 'store_foreign', final: true },
    { errcode: 1555, meaning: 'a primary key taken', code: 'constraint_violated', final: false },
    { errcode: 787, meaning: 'a foreign key without its row', code: 'constraint_violated', final: false },
  ])('by $meaning becomes $code', ({ errcode, code, final }) => {
    const error = sqliteError(errcode);
    expect(translate(error)).toMatchObject({ code, cause: error });
    expect(isFinal(translate(error))).toBe(final);
    expect(isFinal(error)).toBe(final);
  });

  it('by a mistake in a statement, and any other error, passes as it is', () => {
    for (const error of [sqliteError(1), new Error('other'), 'text', undefined]) {
      expect(translate(error)).toBe(error);
      expect(isFinal(error)).toBe(false);
    }
  });
});
