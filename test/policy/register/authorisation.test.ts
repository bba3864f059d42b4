import { describe, expect, it } from 'vitest';
import { type AuthorisationPeriod, authorisationAt } from '../../../src/policy/register/authorisation.ts';

const day = (date: string): Date => new Date(`2026-${date}T00:00:00Z`);
const period = (order: number, from: string, until: string | null): AuthorisationPeriod => ({
  order,
  from: day(from),
  until: until === null ? null : day(until),
  tier: null,
  governmentAgreement: false,
});
const winter = period(1, '01-01', '03-01');
const summer = period(2, '06-01', '09-01');

describe('the period that counts', () => {
  it.each([
    ['before any', '12-31', [], null, null],
    ['before the first', '01-01', [summer], null, day('06-01')],
    ['in the first', '02-01', [summer, winter], 1, day('06-01')],
    ['between two: the earlier, which has ended', '04-01', [winter, summer], 1, day('06-01')],
    ['in the second, however they are ordered', '07-01', [summer, winter], 2, null],
    ['of two that overlap: the one that began later', '07-01', [period(0, '01-01', null), summer], 2, null],
    [
      'after a later one that has ended: no earlier one revives',
      '10-01',
      [period(0, '01-01', null), summer],
      2,
      null,
    ],
    [
      'of two that began together: the one written last',
      '07-01',
      [summer, period(3, '06-01', '06-02')],
      3,
      null,
    ],
  ] as const)('is found %s', (_, at, periods, id, nextAt) => {
    const found = authorisationAt(periods, day(at));
    expect([found.period?.order ?? null, found.nextAt]).toEqual([id, nextAt]);
  });

  it('is none where instants are none', () => {
    const never = { ...winter, from: new Date(Number.NaN) };
    expect(authorisationAt([never], day('02-01'))).toEqual({ period: null, nextAt: null });
    expect(authorisationAt([winter], new Date(Number.NaN)).period).toBeNull();
  });
});
