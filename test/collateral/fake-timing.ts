import type { Timing } from '../../src/collateral/timing.ts';

export type FakeTiming = Timing & {
  /** Every sleep, in order. */
  readonly slept: readonly number[];
  /** Lets time pass, waking who sleeps no longer than that. */
  advance(ms: number): void;
  /** Lets every timeout of this length expire that is still armed. */
  expire(ms: number): void;
};

/**
 * Time that passes only when somebody sleeps (`flies`), or when the test says so (`stands`). Timeouts expire by the test's word
 * alone: no test waits for one.
 */
export function fakeTiming(mode: 'flies' | 'stands' = 'flies'): FakeTiming {
  let now = 0;
  const slept: number[] = [];
  let sleeping: { readonly until: number; readonly wake: () => void }[] = [];
  const armed: { readonly ms: number; readonly controller: AbortController }[] = [];
  const advance = (ms: number): void => {
    now += ms;
    const awake = sleeping.filter(({ until }) => until <= now);
    sleeping = sleeping.filter(({ until }) => until > now);
    for (const { wake } of awake) wake();
  };
  return {
    slept,
    advance,
    expire: (ms) => {
      for (const timeout of armed) if (timeout.ms === ms) timeout.controller.abort(new Error('timeout'));
    },
    now: () => now,
    random: () => 0.5,
    timeout: (ms) => {
      const controller = new AbortController();
      armed.push({ ms, controller });
      return controller.signal;
    },
    sleep: (ms, signal) => {
      slept.push(ms);
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      if (mode === 'flies') {
        now += ms;
        resolve();
      } else sleeping.push({ until: now + ms, wake: resolve });
      signal?.addEventListener('abort', () => reject(signal.reason), { once: true });
      return promise;
    },
  };
}
