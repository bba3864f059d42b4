import { describe, expect, it } from 'vitest';
import { CheckList } from '../../src/evidence/check.ts';
import type { OfflineMeasurements } from '../../src/evidence/format.ts';
import { appraiseOffline } from '../../src/policy/appraise-offline.ts';
import { offlinePolicy } from '../../src/policy/offline-policy.ts';
import { snpEvidence, tdxEvidence } from '../appraisal/tee/evidence.ts';
import { AT, LATE, value } from '../appraisal/tee/states.ts';

const naming = { name: 'guest', version: '1', publisher: 'acme', sealed: false };
const tdxSet = { kind: 'tdx', ...naming, mrTd: [value('a0', 48)] };
const snpSet = { kind: 'snp', ...naming, measurement: [value('a0', 48)] };

const measured = (
  tee: ReturnType<typeof tdxEvidence> | ReturnType<typeof snpEvidence>,
): OfflineMeasurements => ({
  kind: 'tee',
  tee,
  vtpm: null,
});
const outOfDate = measured(tdxEvidence({}, { platform: LATE, status: 'OutOfDate' }));
const milan = measured(snpEvidence({ product: 'Milan' }));

function judge(what: OfflineMeasurements | null, policy: object) {
  const findings = new CheckList();
  const parsed = offlinePolicy.parse({ name: 'ours', base: 'gate', ...policy });
  const result = appraiseOffline(what, parsed, AT, findings);
  const failed = findings.checks.filter(({ status }) => status === 'fail').map(({ id }) => id);
  return { ...result, asked: findings.checks.length, failed };
}

describe('a policy for evidence in files', () => {
  it('asks nothing of a TEE under authenticity, and the defaults under the gate', () => {
    expect(judge(outOfDate, { base: 'authenticity' })).toMatchObject({ asked: 0, referenceSets: null });
    expect(judge(outOfDate, {}).failed).toEqual(['intel.policy.tcb-status']);
    expect(judge(milan, {}).failed).toEqual(['snp.policy.product']);
    expect(judge(measured(tdxEvidence()), {})).toMatchObject({ failed: [], weaknesses: [] });
  });

  it('changes the defaults for the TEE that it names, and asks for them under authenticity too', () => {
    const accepting = { tdx: { acceptedTcbStatuses: ['UpToDate', 'OutOfDate'] } };
    expect(judge(outOfDate, accepting)).toMatchObject({
      failed: [],
      weaknesses: [{ code: 'intel.tcb.weak' }],
    });
    expect(judge(outOfDate, { snp: { products: ['Milan'] } }).failed).toEqual(['intel.policy.tcb-status']);
    expect(judge(milan, { snp: { products: ['Milan'] } })).toMatchObject({
      failed: [],
      weaknesses: [{ code: 'snp.product.weak' }],
    });
    const asking = { base: 'authenticity', tdx: { minimumEvaluationNumber: 99 } };
    expect(judge(measured(tdxEvidence()), asking).failed).toEqual(['intel.policy.evaluation-number']);
    expect(judge(milan, asking).asked).toBe(0);
  });

  it('lets a set’s rules stand over its own, and its own over the defaults', () => {
    const set = { ...snpSet, policy: { products: ['Milan'] } };
    expect(judge(milan, { referenceSets: [set] }).failed).toEqual([]);
    expect(judge(milan, { referenceSets: [snpSet], snp: { products: ['Milan'] } }).failed).toEqual([]);
    expect(judge(milan, { referenceSets: [snpSet, set] }).referenceSets?.matched).toHaveLength(1);
    expect(judge(milan, { referenceSets: [snpSet] }).failed).toEqual([
      'policy.reference-set',
      'snp.policy.product',
    ]);
  });

  it('compares a TEE with its sets and shows what differs', () => {
    const other = { ...tdxSet, mrTd: [value('ff', 48)] };
    const result = judge(measured(tdxEvidence()), { referenceSets: [snpSet, other] });
    expect(result.failed).toEqual(['policy.reference-set']);
    expect(result.referenceSets?.nearest).toMatchObject({ differences: [{ field: 'tdx.mrTd' }] });
    const denying = { ...tdxSet, denied: { mrTd: [value('a0', 48)] } };
    expect(judge(measured(tdxEvidence()), { referenceSets: [denying] }).failed).toEqual(['policy.denied']);
  });

  it('fails what it demands of measurements that are not there', () => {
    expect(judge(null, { referenceSets: [tdxSet] })).toMatchObject({
      failed: ['policy.reference-set'],
      referenceSets: null,
      tee: null,
    });
    expect(judge(measured(tdxEvidence()), { hashAlgorithms: ['sha256'] }).failed).toEqual([
      'policy.hash-algorithms',
    ]);
  });

  it('judges a virtual TPM by sets of its guest, never by sets of hosts', () => {
    const pcrs = new Map([['sha256' as const, new Map([[4, new Uint8Array(32).fill(0x44)]])]]);
    const vtpm = { kind: 'tpm', pcrs, firmwareVersion: 0n, signatureHash: 'sha256' } as const;
    const azure: OfflineMeasurements = { kind: 'tee', tee: snpEvidence(), vtpm };
    const registers = { bank: 'sha256', pcrs: { '4': [value('44', 32)] } };
    const host = { kind: 'tpm-pcrs', ...naming, ...registers };
    expect(judge(azure, { referenceSets: [{ ...snpSet, vtpm: registers }] }).failed).toEqual([]);
    expect(judge(azure, { referenceSets: [host] }).failed).toEqual(['policy.reference-set']);
  });
});
