import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Past } from '../../../src/service/audit/past.ts';
import { Seconds } from '../../../src/service/audit/seconds.ts';

const HOUR_MS = 3_600_000;
const begin = Date.parse('2026-03-01T12:00:00.000Z');
const instant = (ms: number): string => new Date(ms).toISOString();

/** Goes on from what would be kept of it. */
const resumed = (past: Past): Past => new Past(JSON.parse(JSON.stringify(past.state())));

describe('what an audit remembers of earlier acts', () => {
  it('tells evidence that is there from evidence that is not, and both from what it never read', () => {
    const past = new Past();
    past.beganMs = begin;
    past.issued('ses_1', begin + 5_000);
    past.answered('ses_1', 'proof');
    past.issued('ses_2', begin + 60_000);
    past.answered('ses_2', 'nothing');
    for (const one of [past, resumed(past)]) {
      expect(one.hasEvidenceOf(instant(begin + 5_700))).toBe(true);
      expect(one.hasEvidenceOf(instant(begin + 60_000))).toBe(false);
      expect(one.hasEvidenceOf(instant(begin - 1))).toBe(null);
    }
  });

  it('accuses nobody for want of a session that it no longer remembers', () => {
    const past = new Past();
    past.beganMs = begin;
    for (let count = 0; count <= 50_000; count++) past.issued(`ses_${count}`, begin + count * 2_000);
    past.answered('ses_0', 'proof');
    past.answered('ses_1', 'proof');
    for (const one of [past, resumed(past)]) {
      expect(one.hasEvidenceOf(instant(begin))).toBe(null);
      expect(one.hasEvidenceOf(instant(begin + 2_000))).toBe(true);
      expect(one.hasEvidenceOf(instant(begin + 6_000))).toBe(false);
    }
    expect(past.unanswered).toBe(49_999);
  });

  it('takes no more room for a log of ten years, and says null of what it has dropped for that', () => {
    const seconds = new Seconds([]);
    const first = Math.floor(begin / 1000);
    for (let hour = 0; hour < 10 * 8_766; hour += 9) seconds.add(first + (hour * HOUR_MS) / 1000);
    const last = first + 9 * 9_739 * 3_600;
    expect(seconds.state().length).toBe(4_096);
    expect([seconds.has(first), seconds.isBefore(first)]).toEqual([false, true]);
    expect([seconds.has(last), seconds.isBefore(last)]).toEqual([true, false]);
  });
});

describe('a set of seconds', () => {
  it('holds what was added and nothing else, also once it was kept and read again', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: -100_000, max: 200_000 })), (added) => {
        const seconds = new Seconds([]);
        for (const second of added) seconds.add(second);
        const again = new Seconds(JSON.parse(JSON.stringify(seconds.state())));
        for (const second of added) {
          expect(again.has(second)).toBe(true);
          expect(again.has(second + 1)).toBe(added.includes(second + 1));
        }
      }),
    );
  });
});
