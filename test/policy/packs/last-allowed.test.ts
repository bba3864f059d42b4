import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KnownEnds, lastAllowed } from '../../../src/policy/packs/last-allowed.ts';

const from = new Date('2026-03-01T12:00:00Z');
const plus = (ms: number): Date => new Date(from.getTime() + ms);
const DAYS = 7 * 86_400_000;

/** What is allowed before an end, and how often that was asked. */
function endingAt(endMs: number) {
  const asked: number[] = [];
  const allows = (at: Date): boolean => {
    asked.push(at.getTime());
    return at < plus(endMs);
  };
  return { allows, asked };
}

describe('the last instant at which packs allow', () => {
  it('is found to the millisecond, whatever was guessed', () => {
    const ms = fc.integer({ min: 1, max: DAYS });
    const guess = fc.oneof(
      fc.integer({ min: -DAYS, max: 2 * DAYS }).map(plus),
      fc.constant(new Date(Number.NaN)),
    );
    fc.assert(
      fc.property(ms, ms, fc.array(guess, { maxLength: 4 }), (endMs, untilMs, guesses) => {
        const { allows } = endingAt(endMs);
        const found = lastAllowed(from, plus(untilMs), allows, () => guesses);
        expect(found).toEqual(plus(Math.min(endMs, untilMs)));
      }),
      { numRuns: 300 },
    );
  });

  it('is halved for where nothing is known, and asked for thrice where the next of a fleet ends alike', () => {
    const ends = new KnownEnds();
    const first = endingAt(600_001);
    const found = lastAllowed(from, plus(DAYS), first.allows, () => ends.guesses('p', [from, from]));
    expect(first.asked.length).toBeGreaterThan(20);
    ends.note('p', [from, plus(-5), new Date(0)], found);
    const next = endingAt(630_001);
    const guesses = ends.guesses('p', [plus(30_000), plus(9), new Date(0)]);
    expect(lastAllowed(from, plus(DAYS), next.allows, () => guesses)).toEqual(plus(630_001));
    expect(next.asked.length).toBe(3);
    expect(ends.guesses('q', [from])).toEqual([]);
  });
});
