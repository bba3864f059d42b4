/**
 * What became of a file, and how many of its rows had each outcome.
 *
 * @param none a count for each outcome that a row can have, in the report's order
 */
export function importReport<Row extends { readonly outcome: string }>(
  dryRun: boolean,
  results: Row[],
  none: Readonly<Record<Row['outcome'], 0>>,
) {
  const counts: Record<Row['outcome'], number> = { ...none };
  for (const { outcome } of results) counts[outcome as Row['outcome']] += 1; // the row's own
  return { dryRun, rows: results.length, ...counts, results };
}
