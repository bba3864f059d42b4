import { useEffect } from 'react';
import { verifierNow } from './send.ts';

/** What browsers can wait for at once: 2^31 - 1 milliseconds. */
const LONGEST_MS = 2_147_483_647;
/** Past the instant: the verifier then says that it is over. */
const LATER_MS = 500;

/**
 * Reads again once one of the instants has passed: what ends by itself is told by no event.
 * @param ends null where nothing ends
 */
export function useReadAgainAt(ends: readonly (string | null)[], again: () => unknown): void {
  const now = verifierNow().getTime();
  const ahead = ends.flatMap((end) => (end === null ? [] : [Date.parse(end)])).filter((end) => end > now);
  const first = ahead.length === 0 ? null : Math.min(...ahead);
  useEffect(() => {
    if (first === null) return;
    const waitMs = Math.min(first - verifierNow().getTime() + LATER_MS, LONGEST_MS);
    const timer = setTimeout(() => void again(), waitMs);
    return () => clearTimeout(timer);
  }, [first, again]);
}

/**
 * Reads again at intervals, for what no event tells of.
 * @param everyMs null where nothing is awaited
 */
export function useReadAgainEvery(everyMs: number | null, again: () => unknown): void {
  useEffect(() => {
    if (everyMs === null) return;
    const timer = setInterval(() => {
      if (!document.hidden) void again();
    }, everyMs);
    return () => clearInterval(timer);
  }, [everyMs, again]);
}
