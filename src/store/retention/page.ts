/** One page of what may be old enough, oldest first, behind the last of the page before. */
export type Ageing = {
  /** Ended before this. */
  readonly untilMs: number;
  readonly afterMs: number;
  readonly afterId: string;
  readonly limit: number;
  readonly nowMs: number;
};
