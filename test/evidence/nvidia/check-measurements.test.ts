import { describe, expect, it } from 'vitest';
import { CheckList } from '../../../src/evidence/check.ts';
import { checkMeasurements } from '../../../src/evidence/nvidia/check-measurements.ts';
import { failed } from '../tpm/failed.ts';

const conflict = { verdicts: [], conflicts: [1, 7], notPerformed: [], validUntil: null };

describe('two manifests that state values for one index', () => {
  it('fail nvidia.rim.conflict alone at the gate', () => {
    const checks = new CheckList();
    checkMeasurements(checks, conflict, 'gate', 'GPU-0');
    expect(failed(checks.checks)).toEqual(['nvidia.rim.conflict']);
    expect(checks.checks).toMatchObject([{ actual: 'index 1, 7', where: 'GPU-0' }]);
  });

  it('are told where nothing is decided by them, and are no conflict where there is none', () => {
    const told = new CheckList();
    checkMeasurements(told, conflict, 'authenticity', undefined);
    expect([told.checks, told.notPerformed.map(({ id }) => id)]).toEqual([[], ['nvidia.rim.conflict']]);
    const none = new CheckList();
    checkMeasurements(none, { ...conflict, conflicts: [] }, 'gate', undefined);
    expect(failed(none.checks)).toEqual([]);
  });
});
