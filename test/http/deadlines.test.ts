import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Deadlines } from '../../src/http/deadlines.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'performance'] });
});
afterEach(() => {
  vi.useRealTimers();
});

describe('deadlines', () => {
  it('pass in their order, each at its own time and once', () => {
    const passed: string[] = [];
    const deadlines = new Deadlines(100);
    deadlines.begin(() => passed.push('first'));
    vi.advanceTimersByTime(60);
    deadlines.begin(() => passed.push('second'));
    vi.advanceTimersByTime(39);
    expect(passed).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(passed).toEqual(['first']);
    vi.advanceTimersByTime(59);
    expect(passed).toEqual(['first']);
    vi.advanceTimersByTime(1_000);
    expect(passed).toEqual(['first', 'second']);
  });

  it('that were met do not pass, and hold up none after them', () => {
    const passed: string[] = [];
    const deadlines = new Deadlines(100);
    const met = deadlines.begin(() => passed.push('met'));
    vi.advanceTimersByTime(10);
    deadlines.begin(() => passed.push('other'));
    deadlines.meet(met);
    vi.advanceTimersByTime(100);
    expect(passed).toEqual(['other']);
  });

  it('are looked at again after there were none for a while', () => {
    const passed: string[] = [];
    const deadlines = new Deadlines(100);
    deadlines.meet(deadlines.begin(() => passed.push('met')));
    vi.advanceTimersByTime(1_000);
    expect(vi.getTimerCount()).toBe(0);
    deadlines.begin(() => passed.push('later'));
    vi.advanceTimersByTime(100);
    expect(passed).toEqual(['later']);
  });

  it('may begin while another passes', () => {
    const passed: string[] = [];
    const deadlines = new Deadlines(100);
    deadlines.begin(() => {
      passed.push('first');
      deadlines.begin(() => passed.push('next'));
    });
    vi.advanceTimersByTime(100);
    expect(passed).toEqual(['first']);
    vi.advanceTimersByTime(100);
    expect(passed).toEqual(['first', 'next']);
  });
});
