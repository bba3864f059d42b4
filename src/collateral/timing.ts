import { setTimeout as delay } from 'node:timers/promises';

/** Waiting and chance, so that tests need neither. */
export type Timing = {
  /** Milliseconds of a clock that never goes back; its zero means nothing. */
  now(): number;
  /** At least 0 and below 1. */
  random(): number;
  /** Rejects when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Aborts after so long. */
  timeout(ms: number): AbortSignal;
};

export const SYSTEM_TIMING: Timing = {
  now: () => performance.now(),
  random: () => Math.random(),
  sleep: (ms, signal) => delay(ms, undefined, signal === undefined ? {} : { signal }),
  timeout: (ms) => AbortSignal.timeout(Math.max(0, Math.ceil(ms))),
};
