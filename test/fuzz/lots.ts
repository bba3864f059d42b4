import { hash } from 'node:crypto';

/** Some of a target's inputs: what one thread reads at a time, and what a journal remembers. */
export type Lot = {
  readonly target: string;
  readonly number: number;
  readonly runs: number;
  readonly seed: number;
};

export const LOT_RUNS = 10_000;

/** A target's inputs in lots, each with a seed of its own that follows from the campaign's. */
export function lotsOf(target: string, runs: number, seed: number): Lot[] {
  return Array.from({ length: Math.ceil(runs / LOT_RUNS) }, (_, number) => ({
    target,
    number,
    runs: Math.min(LOT_RUNS, runs - number * LOT_RUNS),
    seed: hash('sha256', `${seed}/${target}/${number}`, 'buffer').readInt32BE(0),
  }));
}
