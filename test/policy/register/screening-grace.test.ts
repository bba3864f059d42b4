import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { PartyState } from '../../../src/policy/inputs.ts';
import { graceOf, withinGrace } from '../../../src/policy/register/screening.ts';
import { screeningListRequest } from '../../../src/protocol/screening.ts';

const at = (hour: number): Date => new Date(Date.UTC(2026, 2, 1, hour));
const list = (version: string, hour: number) => ({ version, graceUntil: at(hour) });

const behind: PartyState = {
  id: 'p',
  standing: 'clear',
  clearUntil: null,
  listVersion: 'l1',
  currentListVersion: 'l2',
  graceUntil: at(12),
  deniedParents: [],
};

describe('the grace of a screening', () => {
  it('is that of the next list, and of none where its own is in force', () => {
    const lists = [list('l2', 12), list('l1', 3)];
    expect([graceOf('l2', lists), graceOf('l1', lists), graceOf(null, lists), graceOf(null, [])]).toEqual([
      null,
      at(12),
      at(3),
      null,
    ]);
  });

  it('of a list that was never declared is that of one before all', () => {
    expect(graceOf('l0', [list('l2', 12), list('l1', 3)])).toEqual(at(3));
  });

  it('is lengthened by no further list, and shortened by one', () => {
    const hours = fc.array(fc.integer({ min: 0, max: 500 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(hours, fc.integer({ min: 0, max: 500 }), (older, next) => {
        const lists = older.map((hour, place) => list(`l${place}`, hour));
        const before = graceOf(null, lists)?.getTime() ?? 0;
        const after = graceOf(null, [list('new', next), ...lists])?.getTime();
        expect(after).toBe(Math.min(before, at(next).getTime()));
      }),
      { numRuns: 100 },
    );
  });

  it('has what was granted rest on it until its end, and not at it', () => {
    expect(withinGrace(behind, at(11))).toMatchObject({ listVersion: 'l2', clearUntil: at(12) });
    expect(withinGrace(behind, at(12))).toBe(behind);
    expect(withinGrace(behind, new Date(Number.NaN))).toBe(behind);
  });

  it('lengthens no screening that lapses before', () => {
    expect(withinGrace({ ...behind, clearUntil: at(9) }, at(8)).clearUntil).toEqual(at(9));
    expect(withinGrace({ ...behind, clearUntil: at(20) }, at(8)).clearUntil).toEqual(at(12));
  });

  it('is nothing to a party whose list is in force', () => {
    const { graceUntil: _, ...current } = { ...behind, listVersion: 'l2' };
    expect(withinGrace(current, at(1))).toBe(current);
  });

  it('is a day where a declaration names none, and a week at most', () => {
    const parse = (graceSeconds?: number) =>
      screeningListRequest.safeParse({ version: 'l1', reason: 'published', graceSeconds });
    expect(parse().data?.graceSeconds).toBe(86_400);
    expect([0, 604_800, 604_801, -1, 0.5].map((grace) => parse(grace).success)).toEqual([
      true,
      true,
      false,
      false,
      false,
    ]);
  });
});
