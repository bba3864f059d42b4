import type { CheckList } from '../check.ts';
import type { MeasurementAppraisal, RimVerdict } from './measurements.ts';

/**
 * `nvidia.measurements.driver`, `nvidia.measurements.vbios`, `nvidia.rim.conflict`: whether a genuine device is in a state
 * that NVIDIA vouches for. The gate asks; under `authenticity` an answer that is not a match is told and decides nothing.
 */
export function checkMeasurements(
  checks: CheckList,
  { verdicts, conflicts, notPerformed }: MeasurementAppraisal,
  policy: 'authenticity' | 'gate',
  where: string | undefined,
): void {
  const indices = conflicts.length === 0 ? 'none' : `index ${conflicts.join(', ')}`;
  if (policy === 'gate') {
    const expected = 'no index in two manifests';
    checks.expect('nvidia.rim.conflict', conflicts.length === 0, expected, indices, where);
  } else if (conflicts.length > 0) {
    checks.skip(
      'nvidia.rim.conflict',
      `two manifests state values for ${indices}: the policy gate refuses it`,
    );
  }
  for (const verdict of verdicts) {
    if (verdict.component === 'driver') {
      expectMatch(checks, 'nvidia.measurements.driver', verdict, policy, where);
    } else {
      expectMatch(checks, 'nvidia.measurements.vbios', verdict, policy, where);
    }
  }
  for (const { id, reason } of notPerformed) checks.skip(id, reason);
}

function expectMatch(
  checks: CheckList,
  id: 'nvidia.measurements.driver' | 'nvidia.measurements.vbios',
  verdict: RimVerdict,
  policy: 'authenticity' | 'gate',
  where: string | undefined,
): void {
  const expected = `the reference values of ${verdict.rimId ?? 'a manifest'}`;
  switch (verdict.verdict) {
    case 'match':
      checks.expect(id, true, expected, `${verdict.compared} of ${verdict.compared} match`, where);
      return;
    case 'mismatch': {
      const indices = verdict.mismatches.map(({ index }) => index).join(', ');
      const actual = `${verdict.mismatches.length} of ${verdict.compared} differ: index ${indices}`;
      if (policy === 'gate') checks.expect(id, false, expected, actual, where);
      else checks.skip(id, `${actual}: the policy gate refuses it`);
      return;
    }
    case 'unknown':
      checks.skip(id, `unknown: ${verdict.reason}`);
  }
}
