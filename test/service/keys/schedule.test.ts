import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  PUBLISH_AHEAD_MS,
  pendingAt,
  publishedAt,
  type ScheduledKey,
  signingAt,
  standbyOf,
  stateAt,
} from '../../../src/service/keys/schedule.ts';

const LIFE = 7_500_000;
const LEEWAY = 300_000;
const key = (kid: string, from: number | null, more: Partial<ScheduledKey> = {}): ScheduledKey => ({
  kid,
  created_at_ms: 0,
  active_from_ms: from,
  revoked_at_ms: null,
  longest_life_ms: LIFE,
  ...more,
});
const kids = (keys: readonly ScheduledKey[]): string[] => keys.map(({ kid }) => kid);

describe('a schedule of keys', () => {
  const keys = [key('a', 0), key('b', 1000), key('next', null)];

  it.each([
    [0, 'a'],
    [999, 'a'],
    [1000, 'b'],
    [10_000, 'b'],
    [-1, 'a'],
  ])('at %i lets %s sign', (at, kid) => {
    expect(signingAt(keys, at)?.kid).toBe(kid);
  });

  it('publishes an old key until the last token that it signed has ended', () => {
    expect(kids(publishedAt(keys, 999))).toEqual(['a', 'b', 'next']);
    expect(kids(publishedAt(keys, 1000 + LIFE + LEEWAY - 1))).toEqual(['a', 'b', 'next']);
    expect(kids(publishedAt(keys, 1000 + LIFE + LEEWAY))).toEqual(['b', 'next']);
  });

  it('neither signs with a key that was given up nor publishes it', () => {
    const given = [key('a', 0, { revoked_at_ms: 5 }), key('next', null, { revoked_at_ms: 5 }), key('c', 5)];
    expect(signingAt(given, 6)?.kid).toBe('c');
    expect(signingAt(given, 0)?.kid).toBe('c');
    expect(kids(publishedAt(given, 6))).toEqual(['c']);
    expect(standbyOf(given)).toBeUndefined();
  });

  it('names what becomes of each', () => {
    const all = [...keys, key('pending', 50_000_000), key('lost', null, { revoked_at_ms: 1 })];
    const states = (at: number): string[] => all.map((each) => stateAt(all, each, at));
    expect(states(1500)).toEqual(['retired', 'signing', 'next', 'pending', 'revoked']);
    expect(states(40_000_000)).toEqual(['gone', 'signing', 'next', 'pending', 'revoked']);
    expect(states(50_000_000)).toEqual(['gone', 'retired', 'next', 'signing', 'revoked']);
  });

  /** As `promote` moves them. */
  const rotate = (all: readonly ScheduledKey[], at: number, kid: string): readonly ScheduledKey[] => {
    const next = standbyOf(all);
    if (next === undefined || pendingAt(all, at) !== undefined) return all;
    const active_from_ms = Math.max(at, next.created_at_ms + PUBLISH_AHEAD_MS);
    return [
      ...all.map((each) => (each === next ? { ...each, active_from_ms } : each)),
      key(kid, null, { created_at_ms: at }),
    ];
  };

  it('publishes every key before it signs and until what it signed has ended, however often it is turned', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 3 * PUBLISH_AHEAD_MS }), { maxLength: 12 });
    fc.assert(
      fc.property(gaps, fc.integer({ min: 0, max: LIFE }), (steps, age) => {
        let all: readonly ScheduledKey[] = [key('first', 0), key('second', null)];
        let at = 0;
        const signed: { readonly kid: string; readonly at: number }[] = [];
        for (const [index, gap] of steps.entries()) {
          at += gap;
          all = rotate(all, at, `k${index}`);
          const signer = signingAt(all, at);
          signed.push({ kid: signer?.kid ?? '', at });
          // Whoever fetched the set an hour ago, or since this key was made, knows it.
          if (signer !== undefined && signer.kid !== 'first') {
            expect(at - signer.created_at_ms).toBeGreaterThanOrEqual(PUBLISH_AHEAD_MS);
          }
          for (const token of signed.filter((past) => at - past.at <= age)) {
            expect(kids(publishedAt(all, at))).toContain(token.kid);
          }
        }
      }),
    );
  });
});
