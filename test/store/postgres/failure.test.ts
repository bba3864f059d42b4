import { describe, expect, it } from 'vitest';
import { AvailabilityError } from '../../../src/store/errors.ts';
import { mayRunAgain, translate } from '../../../src/store/postgres/failure.ts';

const fromServer = (code: string) => Object.assign(new Error('from PostgreSQL'), { code, severity: 'ERROR' });
const fromSocket = (code: string) => Object.assign(new Error('from the socket'), { code });

describe('a failure of PostgreSQL', () => {
  it.each([
    { state: '23505', meaning: 'a key taken', code: 'constraint_violated', again: false },
    { state: '23503', meaning: 'a reference without its row', code: 'constraint_violated', again: false },
    { state: '22P02', meaning: 'text for a number', code: 'constraint_violated', again: false },
    {
      state: '22021',
      meaning: 'a character that text cannot hold',
      code: 'constraint_violated',
      again: false,
    },
    { state: '40001', meaning: 'a conflict', code: 'store_unavailable', again: true },
    { state: '40P01', meaning: 'a deadlock', code: 'store_unavailable', again: true },
    { state: '40003', meaning: 'a commit of unknown outcome', code: 'store_unavailable', again: false },
    { state: '55P03', meaning: 'a lock that was not to be had', code: 'overloaded', again: false },
    { state: '57014', meaning: 'a statement that took too long', code: 'store_unavailable', again: false },
    { state: '57P01', meaning: 'a server that is being stopped', code: 'store_unavailable', again: true },
    { state: '57P03', meaning: 'a server that is being started', code: 'store_unavailable', again: true },
    { state: '25006', meaning: 'a database that takes no writes', code: 'store_unavailable', again: false },
    { state: '25P03', meaning: 'a transaction that stood still', code: 'store_unavailable', again: true },
    { state: '53100', meaning: 'a full disk', code: 'store_unavailable', again: false },
    { state: '53300', meaning: 'too many connections', code: 'store_unavailable', again: false },
    { state: '58030', meaning: 'a failed disk', code: 'store_unavailable', again: false },
    { state: 'XX001', meaning: 'damage', code: 'store_unavailable', again: false },
    { state: '28P01', meaning: 'a wrong password', code: 'store_unavailable', again: false },
    { state: '3D000', meaning: 'no such database', code: 'store_unavailable', again: false },
    { state: '42501', meaning: 'a right that is missing', code: 'store_unavailable', again: false },
  ])('by $meaning becomes $code', ({ state, code, again }) => {
    const error = fromServer(state);
    expect(translate(error)).toMatchObject({ code, cause: error });
    expect(mayRunAgain(translate(error))).toBe(again);
    expect(mayRunAgain(error)).toBe(again);
  });

  it.each(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ENOTFOUND', 'ENOENT', 'ETIMEDOUT'])(
    'to answer at all (%s) becomes store_unavailable, and may be tried again',
    (code) => {
      const error = fromSocket(code);
      expect(translate(error)).toMatchObject({ code: 'store_unavailable', cause: error });
      expect(mayRunAgain(translate(error))).toBe(true);
    },
  );

  it('of a connection that ended without a code is known by what pg says', () => {
    const error = new Error('Connection terminated unexpectedly');
    expect(translate(error)).toMatchObject({ code: 'store_unavailable' });
    expect(mayRunAgain(error)).toBe(true);
  });

  it('by a mistake in a statement, and any other error, passes as it is', () => {
    for (const error of [fromServer('42601'), new Error('other'), 'text', undefined]) {
      expect(translate(error)).toBe(error);
      expect(mayRunAgain(error)).toBe(false);
    }
  });

  it('which the work itself reported is not tried again', () => {
    expect(mayRunAgain(new AvailabilityError('overloaded', 'by the work'))).toBe(false);
  });
});
