/** What round trips to expect: of fibre that winds, and of everything that takes time beside. */
export type RttModel = {
  /** Length of the way over the straight line, at least 1. */
  readonly stretch: number;
  /** Of the least of many rounds, in excess of fibre, milliseconds. */
  readonly excessMs: number;
};

/**
 * RTT in excess of fibre that was seen between RIPE Atlas anchors less than 20 km apart (192 pairs, 2018), milliseconds,
 * by the share of pairs that did as well or better.
 */
export const SEEN_EXCESS_MS = { p5: 0.34, p25: 0.65, p50: 1.16, p75: 1.91 } as const;

/**
 * What a plan reckons with unless it is told better: three of four pairs have less excess; half of the pairs 300 to 3,000 km
 * apart wind less (medians 2.6 to 2.9). A plan that is right three times in four is not a proof: measure.
 */
export const CAUTIOUS: RttModel = { stretch: 3, excessMs: SEEN_EXCESS_MS.p75 };
