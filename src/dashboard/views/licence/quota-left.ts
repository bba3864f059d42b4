const DAY_MS = 86_400_000;

/** What was taken on one day of UTC. */
type Drawn = { readonly period: string; readonly reserved: number; readonly committed: number };

type QuotaLeft = {
  /** What was left at the end of each day; of today, what is left now. */
  readonly days: readonly { readonly at: string; readonly value: number }[];
  /** Taken in the window that counts now. */
  readonly taken: number;
};

/**
 * How a compute quota was drawn on under a licence, day by day. A window holds its last day, as many before it as the quota says,
 * and, of today, days to come: a lease counts on the day on which it ends (docs/ledger.md).
 *
 * What others of the same end user drew is not in it: the quota is held against whichever is more.
 *
 * @param periods the account's days of UTC, all that reach into the windows that are shown
 * @param quota in 10^12 operations
 */
export function quotaLeft(
  periods: readonly Drawn[],
  { operationsE12, windowDays }: { readonly operationsE12: number; readonly windowDays: number },
  now: Date,
): QuotaLeft {
  const today = dayOf(now.getTime());
  const drawn = periods.map(({ period, reserved, committed }) => ({ period, amount: reserved + committed }));
  const takenBy = (day: string): number => {
    const first = dayOf(Date.parse(day) - windowDays * DAY_MS);
    return drawn
      .filter(({ period }) => period >= first && (day === today || period <= day))
      .reduce((sum, { amount }) => sum + amount, 0);
  };
  const earliest = drawn.reduce((first, { period }) => (period < first ? period : first), today);
  const windowBegan = dayOf(now.getTime() - windowDays * DAY_MS);
  const days: { at: string; value: number }[] = [];
  const from = earliest > windowBegan ? earliest : windowBegan;
  for (let ms = Date.parse(from) - DAY_MS; ms <= Date.parse(today); ms += DAY_MS) {
    const day = dayOf(ms);
    days.push({ at: `${day}T00:00:00Z`, value: operationsE12 - takenBy(day) });
  }
  return { days, taken: takenBy(today) };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}
