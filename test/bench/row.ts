/** One measured figure. `ratio` is `value / baseline`, both taken in the same run on the same machine. */
export type Row = {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  readonly baseline: number;
  readonly ratio: number;
};

export function row(name: string, value: number, unit: string, baseline: number): Row {
  return { name, value, unit, baseline, ratio: value / baseline };
}

const WARM_UP_MS = 1500;

/**
 * Operations a second of processor time of `subject` and of `baseline`, taken in alternating slices so that both see the same machine: each
 * gets `slices` slices of `sliceMs`, and the median slice counts. Before, either runs for a second and a half, so that what counts is the pace
 * of a verifier that has been up for a while, not that of code which the engine has yet to compile.
 */
export function compareRates(
  name: string,
  subject: () => void,
  baseline: () => void,
  { slices = 25, sliceMs = 60 } = {},
): Row {
  const rate = (work: () => void, leastMs = sliceMs): number => {
    const started = process.cpuUsage();
    let count = 0;
    let elapsedMs = 0;
    do {
      for (let i = 0; i < 16; i++) work();
      count += 16;
      const { user, system } = process.cpuUsage(started);
      elapsedMs = (user + system) / 1000;
    } while (elapsedMs < leastMs);
    return (count / elapsedMs) * 1000;
  };
  rate(subject, WARM_UP_MS);
  rate(baseline, WARM_UP_MS);
  const rates = Array.from({ length: slices }, () => ({ subject: rate(subject), baseline: rate(baseline) }));
  return row(name, median(rates.map((r) => r.subject)), 'op/s', median(rates.map((r) => r.baseline)));
}

/** What two cost that took turns, round by round. */
export type Paired = { readonly value: number; readonly baseline: number };

/**
 * The median of either, and the median of what they were to each other in the same round: on a machine whose pace changes from minute to minute that is
 * the surer of the two.
 */
export function pairedRows(name: string, unit: string, rounds: readonly Paired[]): Row[] {
  const [values, baselines] = [rounds.map(({ value }) => value), rounds.map(({ baseline }) => baseline)];
  const ratios = rounds.map(({ value, baseline }) => value / baseline);
  return [
    row(name, median(values), unit, median(baselines)),
    row(`${name}: round by round`, median(ratios), 'times', 1),
  ];
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
