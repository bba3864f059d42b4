/** An amount of computing that somebody must hear of when it is passed. */
export type Threshold = { readonly name: string; readonly operationsE12: number };

/** 10^26 operations: Korea's AI Basic Act, and 4E091 of the 2025 diffusion rule (closed weights). */
export const THRESHOLDS: readonly Threshold[] = [{ name: '10^26 operations', operationsE12: 10 ** 14 }];

/** Thresholds that lie above the one and at or below the other: each is told when it is reached, and once. */
export function reached(before: number, after: number, thresholds = THRESHOLDS): readonly Threshold[] {
  return thresholds.filter(({ operationsE12 }) => before < operationsE12 && operationsE12 <= after);
}
