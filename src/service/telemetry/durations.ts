/** Upper bounds in seconds; the deadline of a request ends the scale. */
export const BUCKETS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * How long something took, each time: plain numbers, added to on every request and written out only when somebody scrapes.
 * (prom-client's own histograms hash their labels on every call, which costs as much as a row read from the store.)
 */
export class Durations {
  /** By the first bound that is not below; the last place is for what is above them all. */
  readonly byBucket = new Float64Array(BUCKETS.length + 1);
  seconds = 0;

  add(seconds: number): void {
    let bucket = 0;
    while (bucket < BUCKETS.length && seconds > (BUCKETS[bucket] ?? 0)) bucket++;
    this.byBucket[bucket] = (this.byBucket[bucket] ?? 0) + 1;
    this.seconds += seconds;
  }
}
