/** What a landmark asks of time. */
export type LandmarkClock = {
  /** This machine's date; it dates receipts and judges permits, and times nothing. Never goes back. */
  readonly now: () => Date;
  /** Nanoseconds that only ever grow: all that a round trip is measured by. */
  readonly monotonic: () => bigint;
};

export function systemClock(): LandmarkClock {
  let latest = 0;
  return {
    now: () => {
      // A clock that is set back would let an old permit count again.
      latest = Math.max(latest, Date.now());
      return new Date(latest);
    },
    monotonic: process.hrtime.bigint,
  };
}
