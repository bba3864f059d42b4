import { describe, expect, it } from 'vitest';
import { RequestQueue } from '../../src/collateral/request-queue.ts';
import { fakeTiming } from './fake-timing.ts';

const NEVER = new AbortController().signal;

describe('turns of requests', () => {
  it('are given in rotation among lanes, and in order within one', async () => {
    const { order, take, drain } = turns({ concurrency: 1 });
    for (const name of ['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'c1']) take(name);
    await drain();
    expect(order).toEqual(['a1', 'a2', 'b1', 'c1', 'a3', 'b2', 'a4']);
  });

  it('are as many at once as may be', async () => {
    const { queue, settle } = turns({ concurrency: 2 });
    const given: (() => void)[] = [];
    for (let index = 0; index < 5; index++)
      void queue.turn('a', NEVER).then((release) => given.push(release));
    await settle();
    expect(given).toHaveLength(2);
    expect(queue.queued).toBe(3);
    given[0]?.();
    given[0]?.();
    await settle();
    expect(given).toHaveLength(3);
  });

  it('keep their pace', async () => {
    const { queue, timing, settle } = turns({ concurrency: 9, paceMs: 200 });
    let given = 0;
    for (let index = 0; index < 3; index++) void queue.turn('a', NEVER).then(() => given++);
    await settle();
    expect(given).toBe(1);
    timing.advance(199);
    await settle();
    expect(given).toBe(1);
    timing.advance(1);
    await settle();
    expect(given).toBe(2);
  });

  it('pause for all when the vendor asks for it, come slower then, and win their pace back', async () => {
    const { queue, timing, settle } = turns({ concurrency: 9, paceMs: 200 });
    queue.throttled(10_000);
    let given = 0;
    void queue.turn('a', NEVER).then(() => given++);
    void queue.turn('b', NEVER).then(() => given++);
    timing.advance(9_999);
    await settle();
    expect(given).toBe(0);
    timing.advance(1);
    await settle();
    expect(given).toBe(1);
    timing.advance(999);
    await settle();
    expect(given).toBe(1);
    timing.advance(1);
    await settle();
    expect(given).toBe(2);
    for (let success = 0; success < 40; success++) queue.succeeded();
    timing.advance(1000);
    void queue.turn('a', NEVER);
    void queue.turn('a', NEVER).then(() => given++);
    await settle();
    timing.advance(200);
    await settle();
    expect(given).toBe(3);
  });

  it('pass whoever left', async () => {
    const { queue, order, take, drain, settle } = turns({ concurrency: 1 });
    take('a1');
    const leaver = new AbortController();
    const left = queue.turn('a', leaver.signal);
    take('a3');
    await settle();
    leaver.abort(new Error('gone'));
    await expect(left).rejects.toThrow('gone');
    await drain();
    expect(order).toEqual(['a1', 'a3']);
    await expect(queue.turn('a', leaver.signal)).rejects.toThrow('gone');
    expect(queue.queued).toBe(0);
  });

  it('are refused where too many wait, with a word when to come again', async () => {
    const { queue } = turns({ concurrency: 1, paceMs: 1000, maxQueued: 3 });
    for (let index = 0; index < 4; index++) void queue.turn('a', NEVER);
    await expect(queue.turn('a', NEVER)).rejects.toMatchObject({
      code: 'collateral_throttled',
      retryAfterMs: 4000,
    });
  });
});

function turns({ concurrency = 1, paceMs = 0, maxQueued = 100 }) {
  const timing = fakeTiming('stands');
  const queue = new RequestQueue({ concurrency, paceMs, maxQueued }, timing);
  const order: string[] = [];
  const releases: (() => void)[] = [];
  const settle = (): Promise<void> => new Promise((done) => setImmediate(done));
  return {
    timing,
    queue,
    order,
    settle,
    take: (name: string): void => {
      void queue.turn(name.slice(0, 1), NEVER).then((release) => {
        order.push(name);
        releases.push(release);
      });
    },
    drain: async (): Promise<void> => {
      await settle();
      for (let release = releases.shift(); release !== undefined; release = releases.shift()) {
        release();
        await settle();
      }
    },
  };
}
