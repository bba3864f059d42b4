import type { Clock } from './context.ts';

/**
 * The machine's clock, never behind what was already recorded: a clock that was set back stands still at the log's
 * high-water mark until time has caught up, so that no evidence grows younger.
 * @param highWater the latest instant that the log holds, read again on every call
 */
export function systemClock(highWater: () => Date | null): Clock {
  let latest = 0;
  return () => {
    latest = Math.max(latest, Date.now(), highWater()?.getTime() ?? 0);
    return new Date(latest);
  };
}
