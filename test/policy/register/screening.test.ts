import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  isOutdated,
  type RunOutcome,
  type ScreeningWord,
  screeningOfAll,
  wordAfter,
} from '../../../src/policy/register/screening.ts';

const run = (outcome: RunOutcome, screenedOn: string, listVersion = 'v1') => ({
  outcome,
  screenedOn,
  listVersion,
});
const nothing: ScreeningWord = { standing: 'unscreened', origin: null, listVersion: null, screenedOn: null };
const word = (
  standing: ScreeningWord['standing'],
  screenedOn: string | null = '2026-02-01',
): ScreeningWord => ({
  standing,
  origin: 'word',
  listVersion: null,
  screenedOn,
});
const standingAfter = (from: ScreeningWord, ...runs: ReturnType<typeof run>[]) =>
  runs.reduce(wordAfter, from).standing;

describe('the word that counts', () => {
  it.each<[string, ScreeningWord, ReturnType<typeof run>[], ScreeningWord['standing']]>([
    ['a first clear run', nothing, [run('clear', '2026-01-01')], 'clear'],
    ['a hit', nothing, [run('hit', '2026-01-01')], 'denied'],
    ['a review', nothing, [run('review', '2026-01-01')], 'unscreened'],
    ['a later clear run', nothing, [run('hit', '2026-01-01'), run('clear', '2026-01-02')], 'clear'],
    ['an older clear run', nothing, [run('hit', '2026-01-02'), run('clear', '2026-01-01')], 'denied'],
    ['of one day the hit', nothing, [run('clear', '2026-01-02'), run('hit', '2026-01-02')], 'denied'],
    [
      'of one day the hit, in any order',
      nothing,
      [run('hit', '2026-01-02'), run('clear', '2026-01-02')],
      'denied',
    ],
    ['a hit after a person cleared it', word('clear'), [run('hit', '2026-02-02')], 'denied'],
    ['a person who denied, whatever a tool finds', word('denied'), [run('clear', '2026-03-01')], 'denied'],
    ['a person who denied on no known day', word('denied', null), [run('clear', '2026-03-01')], 'denied'],
    ['a person who cleared an older hit', word('clear'), [run('hit', '2026-01-01')], 'clear'],
  ])('is %s', (_, from, runs, standing) => {
    expect(standingAfter(from, ...runs)).toBe(standing);
  });

  it('does not depend on the order in which the runs of a party are read', () => {
    const any = fc.record({
      outcome: fc.constantFrom<RunOutcome>('clear', 'hit', 'review'),
      screenedOn: fc.constantFrom('2026-01-01', '2026-01-02', '2026-01-03'),
      listVersion: fc.constant('v1'),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 1, maxLength: 6 }), (runs) => {
        expect(standingAfter(nothing, ...runs.toReversed())).toBe(standingAfter(nothing, ...runs));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a screening', () => {
  it('is outdated against any list but the one in force, and against none where none is', () => {
    expect([
      isOutdated('v1', 'v1'),
      isOutdated('v1', 'v2'),
      isOutdated(null, 'v2'),
      isOutdated(null, null),
    ]).toEqual([false, true, true, false]);
  });

  it('of several is the worst of them, against a list only where all were screened against it', () => {
    const clear = { standing: 'clear', listVersion: 'v1' } as const;
    expect(screeningOfAll([clear, clear], 'v1')).toEqual({
      standing: 'clear',
      listVersion: 'v1',
      currentListVersion: 'v1',
    });
    expect(screeningOfAll([clear, { standing: 'unscreened', listVersion: null }], 'v2')).toEqual({
      standing: 'unscreened',
      currentListVersion: 'v2',
    });
    expect(screeningOfAll([clear, { standing: 'denied', listVersion: 'v1' }], null)).toEqual({
      standing: 'denied',
      listVersion: 'v1',
    });
    expect(screeningOfAll([], 'v1')).toEqual({ currentListVersion: 'v1' });
  });
});
