import { describe, expect, it } from 'vitest';
import { operations } from '../../../src/dashboard/views/licence/amounts.ts';
import { quotaLeft } from '../../../src/dashboard/views/licence/quota-left.ts';
import { CONDITIONS, conditionOf, standOf } from '../../../src/dashboard/views/licence/stand.ts';
import { DECISION_CODES, denyReason } from '../../../src/policy/reasons.ts';

const reason = (code: (typeof DECISION_CODES)[number]) => denyReason(code, 'device:dev_1', 'so it is');
const standing = (...codes: Parameters<typeof reason>[0][]) =>
  Object.fromEntries(CONDITIONS.map((name) => [name, standOf(name, codes.map(reason)).stand]));

describe('a condition on the page', () => {
  it('has every code of the gate, but those about the verifier itself', () => {
    const nobodys = DECISION_CODES.filter((code) => conditionOf({ code }) === null);
    expect(nobodys).toEqual(['input.unavailable', 'input.no-instant']);
    expect(conditionOf({ code: 'anything.at-all', subject: 'rule-pack:base@1' })).toBe('packs');
  });

  it('is met where nothing at all denies, but for what each request is asked', () => {
    const { purpose, ...others } = standing();
    expect(purpose).toBe('request');
    expect(new Set(Object.values(others))).toEqual(new Set(['met']));
  });

  it('is never met by a reason of its own, whichever', () => {
    for (const code of DECISION_CODES) {
      const name = conditionOf({ code });
      if (name !== null) expect(standOf(name, [reason(code)]).stand).toBe(reason(code).kind);
    }
  });

  it('is not called met while what denies leaves it unjudged', () => {
    expect(standing('evidence.absent')).toMatchObject({
      age: 'unproven',
      minimum: 'open',
      referenceSets: 'open',
      facilities: 'met',
      quota: 'open',
    });
    expect(standing('device.unknown')).toMatchObject({ facilities: 'open', age: 'open', minimum: 'open' });
    const { itself, ...others } = standing('input.unavailable');
    expect(new Set([itself, ...Object.values(others)])).toEqual(new Set(['open', 'request']));
    expect(standing('party.denied')).toMatchObject({ parties: 'violated', tppCap: 'open', models: 'open' });
  });
});

describe('a compute quota on the page', () => {
  const quota = { operationsE12: 1000, windowDays: 2 };
  const now = new Date('2026-03-10T12:00:00Z');
  const day = (period: string, committed: number) => ({ period, reserved: 0, committed });

  it('counts today, as many days before as it says, and days to come', () => {
    const periods = ['2026-03-07', '2026-03-08', '2026-03-09', '2026-03-10', '2026-03-11'];
    const { taken, days } = quotaLeft(
      periods.map((period, index) => day(period, 10 ** index)),
      { ...quota, operationsE12: 100_000 },
      now,
    );
    expect(taken).toBe(11_110);
    expect(days.at(-1)).toEqual({ at: '2026-03-10T00:00:00Z', value: 100_000 - 11_110 });
    expect(days.at(-2)).toEqual({ at: '2026-03-09T00:00:00Z', value: 100_000 - 111 });
  });

  it('is whole where nothing was drawn, and below nothing where more was', () => {
    expect(quotaLeft([], quota, now).days.map(({ value }) => value)).toEqual([1000, 1000]);
    expect(quotaLeft([day('2026-03-10', 1500)], quota, now).days.at(-1)?.value).toBe(-500);
  });

  it('is written as operations', () => {
    expect([0, 1, 342_000_000, -12].map(operations)).toEqual(['0', '1 × 10¹²', '3.42 × 10²⁰', '-1.2 × 10¹³']);
  });
});
