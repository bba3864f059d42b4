import type { Disclosure, LocationAnswer, LocationVerdict } from '../../protocol/location.ts';

/** What is told of a verdict where the place is not to be told: everything that is said of the area, nothing that says where. */
export function discloseVerdict(verdict: LocationVerdict, mode: Disclosure): LocationAnswer['verdict'] {
  if (mode === 'full') return verdict;
  const { area, grade, f, byGrade, insideGeofence, reason } = verdict;
  return { verdict: verdict.verdict, area, grade, f, byGrade, insideGeofence, reason };
}
