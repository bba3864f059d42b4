const FIRST_MS = 5_000;
const LONGEST_MS = 3_600_000;
/** Whoever answers nothing good for so long is no longer tried. */
export const DISABLED_AFTER_MS = 3 * 86_400_000;

/**
 * How long to wait after so many failures in a row: twice as long each time, up to an hour, and of that between half and all, so
 * that webhooks that failed together do not come back together.
 *
 * @param chance from 0 to 1
 */
export function pauseAfter(failures: number, chance: number): number {
  const whole = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 20), LONGEST_MS);
  return Math.round(whole * (0.5 + chance / 2));
}
