import { describe, expect, it } from 'vitest';
import { systemClock } from '../../src/landmark/clock.ts';
import { Cookies } from '../../src/landmark/cookies.ts';
import { RateLimit } from '../../src/landmark/rate-limit.ts';
import { UsedPermits } from '../../src/landmark/used-permits.ts';
import { TOKEN } from './client.ts';

describe("at a landmark's door", () => {
  it('a cookie lasts ten seconds', () => {
    const cookies = new Cookies();
    const cookie = cookies.make('a 1', TOKEN, 100);
    const holds = (now: number, peer = 'a 1', token = TOKEN) => cookies.holds(cookie, peer, token, now);
    expect([holds(100), holds(110), holds(111), holds(99)]).toEqual([true, true, false, false]);
    expect([holds(100, 'a 2'), holds(100, 'a 1', new Uint8Array(16))]).toEqual([false, false]);
    expect(new Cookies().holds(cookie, 'a 1', TOKEN, 100)).toBe(false);
    const later = Uint8Array.from(cookie);
    later[3] = 105;
    expect(cookies.holds(later, 'a 1', TOKEN, 105)).toBe(false);
  });

  it('a rate counts an IPv6 network as one address, and refills with time', () => {
    const each = { perSecond: 1, burst: 1 };
    const limit = new RateLimit(each, { perSecond: 100, burst: 3 });
    expect(limit.take('2001:db8::1', 0)).toBe('granted');
    expect(limit.take('2001:db8::ffff', 0)).toBe('address');
    expect(limit.take('2001:db8:0:1::1', 0)).toBe('granted');
    expect(limit.take('192.0.2.1', 0)).toBe('granted');
    expect(limit.take('192.0.2.2', 0)).toBe('total');
    expect(limit.take('2001:db8::2', 1_000)).toBe('granted');
  });

  it('permits that were used are forgotten only when they have ended', () => {
    const at = (ms: number): Date => new Date(1_000_000 + ms);
    const used = new UsedPermits(at(0), 5_000);
    expect([used.isRecent(at(4_999)), used.isRecent(at(5_000))]).toEqual([false, true]);
    used.add('issuer', 'a', at(60_000));
    used.prune(at(65_000));
    expect(used.has('issuer', 'a')).toBe(true);
    expect(used.has('other', 'a')).toBe(false);
    used.prune(at(65_001));
    expect(used.has('issuer', 'a')).toBe(false);
  });

  it('its date never goes back', () => {
    const { now, monotonic } = systemClock();
    const real = Date.now;
    const first = now();
    Date.now = () => real() - 60_000;
    expect(now().getTime()).toBeGreaterThanOrEqual(first.getTime());
    Date.now = real;
    expect(monotonic()).toBeLessThan(monotonic());
  });
});
