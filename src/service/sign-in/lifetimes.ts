import type { Context } from '../context.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** A working day with its evening, and as long as people leave a screen: docs/page.md says why. */
export const PAGE_SESSION_DEFAULTS = { lifeMs: 12 * HOUR_MS, idleMs: 30 * MINUTE_MS } as const;

/** How finely it is kept when a session was last used: a write for every request would cost more than the request. */
export const SEEN_STEP_MS = MINUTE_MS;

export function lifetimesOf({ config }: Pick<Context, 'config'>): { lifeMs: number; idleMs: number } {
  return { ...PAGE_SESSION_DEFAULTS, ...config.pageSessions };
}
