import type { ExperimentOptions } from '../../location/leave-one-out.ts';
import { UsageError } from '../failure.ts';
import { leaveOneOut } from './experiment.ts';
import { locateOne, type OneHostOptions, subjectOf } from './one-host.ts';
import { readBounds } from './read-bounds.ts';
import { readMatrix } from './read-matrix.ts';

export type LocateFlags = OneHostOptions & {
  readonly matrix?: string;
  readonly bounds?: string;
  readonly leaveOneOut?: true;
  readonly host?: string;
  readonly directed?: true;
  readonly explainAgainst?: string;
};

/** Places one host, or each by all others, and prints the outcome; answers the exit status. @throws UsageError */
export async function locate(options: LocateFlags): Promise<number> {
  const { matrix: folder, bounds, grade, tolerate, forbid, host, json } = options;
  if ((folder === undefined) === (bounds === undefined)) throw usage('either --matrix or --bounds');
  if (bounds !== undefined) return locateOne(readBounds(bounds, grade), options);
  if (folder === undefined) throw usage('--matrix');
  if ((host === undefined) === (options.leaveOneOut === undefined))
    throw usage('either --leave-one-out or --host, with --matrix');
  const matrix = readMatrix(folder, { directed: options.directed ?? false });
  if (host !== undefined) return locateOne(subjectOf(matrix, host, grade), options);
  if (options.svg !== undefined || options.geojson !== undefined)
    throw usage('--host to draw one of them, not --leave-one-out');
  const experiment: ExperimentOptions = { grade, tolerance: tolerate, forbidden: forbid };
  const against = options.explainAgainst === undefined ? {} : { against: options.explainAgainst };
  return leaveOneOut(matrix, experiment, { json: json ?? false, ...against });
}

function usage(needed: string): UsageError {
  return new UsageError('usage', `this needs ${needed}`, 'See sextant locate --help.');
}
