import type { CheckList } from '../../check.ts';
import type { DeviceClaims, OverallClaims } from './claims.ts';

type Named = DeviceClaims & { readonly name: string };

/**
 * What NVIDIA's service found, one check for each kind of question: `nvidia.nras.overall`, and of each device `.report`, `.rim`,
 * `.measurements`, `.secure-boot`, `.debug`. The gate asks; under `authenticity` an answer that is not good is told and
 * decides nothing, for a genuine token says it.
 */
export function checkVerdicts(
  checks: CheckList,
  overall: OverallClaims,
  devices: readonly Named[],
  policy: 'authenticity' | 'gate',
): void {
  const expectGood = (id: string, holds: boolean, expected: string, actual: string, where?: string): void => {
    if (policy === 'gate') checks.expect(id, holds, expected, actual, where);
    else if (!holds) checks.skip(id, `${where ?? 'overall'}: ${actual}: the policy gate refuses it`);
  };
  expectGood('nvidia.nras.overall', overall.result, 'true', String(overall.result));
  for (const device of devices) {
    const { name, report, manifests, measurements, secureBoot, debugStatus } = device;
    expectGood('nvidia.nras.report', isGood(report), 'every question answered well', badOf(report), name);
    expectGood('nvidia.nras.rim', isGood(manifests), 'every question answered well', badOf(manifests), name);
    expectGood('nvidia.nras.measurements', measurements === 'success', 'success', measurements, name);
    expectGood('nvidia.nras.secure-boot', secureBoot === true, 'true', String(secureBoot), name);
    expectGood('nvidia.nras.debug', debugStatus === 'disabled', 'disabled', String(debugStatus), name);
  }
}

function isGood(answers: ReadonlyMap<string, boolean>): boolean {
  return [...answers.values()].every(Boolean);
}

function badOf(answers: ReadonlyMap<string, boolean>): string {
  const bad = [...answers].filter(([, good]) => !good).map(([name]) => name);
  return bad.length === 0 ? 'all of them' : bad.join(', ');
}
