import { describe, expect, it } from 'vitest';
import { UsedPermits } from '../../src/landmark/used-permits.ts';

const START = new Date('2026-03-01T12:00:00Z');
const SKEW_MS = 5_000;
const later = (ms: number): Date => new Date(START.getTime() + ms);

describe('permits that were honoured', () => {
  it('are none that an earlier process may have honoured, whose clock was ahead', () => {
    const used = new UsedPermits(START, SKEW_MS);
    expect(used.isRecent(later(SKEW_MS))).toBe(true);
    expect(used.isRecent(later(SKEW_MS - 1))).toBe(false);
  });

  it('are remembered, each of its issuer, until their end has passed by every clock', () => {
    const used = new UsedPermits(START, SKEW_MS);
    used.add('one', 'jti', later(60_000));
    expect(used.has('another', 'jti')).toBe(false);
    used.prune(later(60_000 + SKEW_MS));
    expect(used.has('one', 'jti')).toBe(true);
    used.prune(later(60_000 + SKEW_MS + 1));
    expect(used.has('one', 'jti')).toBe(false);
  });
});
