import { describe, expect, it } from 'vitest';
import {
  type AppraisalInput,
  appraiseHost,
  type TeeEnrolment,
  type TpmEnrolment,
} from '../../../src/appraisal/appraise.ts';
import { NO_INVENTORY } from '../../../src/appraisal/devices/inventory.ts';
import { earClaims } from '../../../src/appraisal/ear.ts';
import {
  type ApprovedReferenceSet,
  referenceSet,
  referenceSetDigest,
} from '../../../src/appraisal/reference-set.ts';
import type { HostEvidence } from '../../../src/evidence/bundle/host-evidence.ts';
import { CheckList } from '../../../src/evidence/check.ts';
import type { TdxEvidence } from '../../../src/evidence/intel/evidence.ts';
import type { IntelVerdict } from '../../../src/evidence/intel/verdict.ts';
import type { TeeEvidence } from '../../../src/evidence/tee.ts';
import type { Verified } from '../../../src/evidence/verified.ts';
import { type Appraisal, appraisal as appraisalSchema } from '../../../src/protocol/appraisal.ts';
import { snpEvidence, tdxEvidence } from './evidence.ts';
import { AT, LATE, value } from './states.ts';

const naming = { name: 'guest', version: '1', publisher: 'acme', sealed: false };
const approve = (content: object): ApprovedReferenceSet => {
  const set = referenceSet.parse({ ...naming, ...content });
  return { set, digest: referenceSetDigest(set) };
};
const tdxSet = (changed: object = {}): ApprovedReferenceSet =>
  approve({ kind: 'tdx', mrTd: [value('a0', 48)], rtMr: { '1': [value('b1', 48)] }, ...changed });
const snpSet = (changed: object = {}): ApprovedReferenceSet =>
  approve({ kind: 'snp', measurement: [value('a0', 48)], ...changed });

const findings = new CheckList();
findings.expect('bundle.well-formed', true, 'a bundle', 'a bundle');
const enrolment: TeeEnrolment = { kind: 'tee', deviceId: 'guest-1', facilityId: 'fac_here' };
const tpmEnrolment: TpmEnrolment = {
  kind: 'tpm',
  deviceId: 'tpm-1',
  ekAnchorSha256: 'ab'.repeat(32),
  ekAnchorTrusted: true,
  ekValidUntil: new Date('2026-03-10T00:00:00Z'),
  facilityId: 'fac_here',
};

/** What a bundle's verification would have said. */
const hostEvidence = (changed: Partial<HostEvidence>): Verified<HostEvidence> =>
  ({
    tpm: null,
    tee: null,
    vtpm: null,
    teeEventLog: { status: 'absent' },
    devices: [],
    items: [{ label: 'tee', mediaType: 'application/x', sha256: 'ee'.repeat(32) }],
    ...changed,
  }) as Verified<HostEvidence>; // nothing of the binding matters here; bundles have tests of their own
const appraise = (tee: TeeEvidence | null, changed: Partial<AppraisalInput> = {}): Appraisal => {
  const result = appraiseHost({
    verified: hostEvidence({ tee }),
    findings,
    referenceSets: [tdxSet(), snpSet()],
    at: AT,
    enrolment,
    inventory: NO_INVENTORY,
    trustInputs: [],
    selfApproved: false,
    ...changed,
  });
  expect(appraisalSchema.parse(result)).toEqual(result);
  return result;
};
const codes = ({ reasons }: Appraisal): string[] => reasons.map(({ code }) => code);
const vector = (appraisal: Appraisal) =>
  earClaims({
    appraisal,
    issuedAt: AT,
    expiresAt: AT,
    issuer: 'https://verifier.example',
    verifier: { developer: 'sextant', build: '0' },
    hostId: 'host-1',
    nonce: 'nonce',
    policyIds: [],
  }).submods['host'];

const tdx = (verdict: Partial<IntelVerdict> = {}, changed: Partial<TdxEvidence['report']> = {}) =>
  tdxEvidence(changed, verdict);

describe('a host that is known by its confidential guest', () => {
  it.each([
    ['TDX', tdx()],
    ['SNP', snpEvidence()],
  ])('is accepted at G2-tee under a matching set of %s', (_, tee) => {
    const result = appraise(tee);
    expect(result).toMatchObject({ outcome: 'accepted', reasons: [], violations: [], weaknesses: [] });
    expect(result.devices).toMatchObject([
      {
        id: 'guest-1',
        kind: 'host-tee',
        label: 'G2-tee',
        facts: { device: 'attested', host: 'tee', place: { keyCustody: 'operator-extractable' } },
      },
    ]);
    expect(result.notPerformed).toEqual([]);
    expect(vector(result)).toMatchObject({
      ear_status: 'affirming',
      ear_trustworthiness_vector: { hardware: 2, executables: 3, 'runtime-opaque': 2 },
    });
  });

  it('keeps its keys to itself under a set that is marked sealed, and lacks a place alone for G3', () => {
    const result = appraise(tdx(), { referenceSets: [tdxSet(), tdxSet({ name: 'sealed', sealed: true })] });
    expect(result.devices[0]).toMatchObject({
      label: 'G2-tee',
      facts: { host: 'sealed', place: { keyCustody: 'sealed' } },
    });
    expect(result.devices[0]?.next?.missing.map(({ code }) => code)).toEqual([
      'place.not-proven-inside',
      'place.grade-too-low',
      'place.one-liar-suffices',
    ]);
  });

  it('stays at G1 where no set matches, with what differs', () => {
    const result = appraise(tdx({}, { mrTd: new Uint8Array(48).fill(1) }));
    expect(result).toMatchObject({
      outcome: 'accepted',
      devices: [{ level: 'G1', facts: { host: 'none' } }],
    });
    expect(codes(result)).toEqual(['host.no-matching-reference-set']);
    expect(result.referenceSets.nearest).toMatchObject({
      set: { name: 'guest' },
      differences: [{ field: 'tdx.mrTd', actual: value('01', 48) }],
    });
    expect(vector(result)).toMatchObject({
      ear_status: 'warning',
      ear_trustworthiness_vector: { 'instance-identity': 2, hardware: 2, executables: 33 },
    });
  });

  it('is told what to update where its platform is out of date, and is held for nothing', () => {
    const result = appraise(tdx({ platform: LATE, status: 'OutOfDate' }));
    expect(result).toMatchObject({ outcome: 'accepted', violations: [], devices: [{ level: 'G1' }] });
    expect(codes(result)).toEqual(['host.no-matching-reference-set', 'intel.policy.tcb-status']);
    expect(result.reasons[1]).toMatchObject({
      kind: 'unproven',
      sentence: expect.stringContaining('sgxtcbcomponents[3] needs 7, has 5 (BIOS)'),
      mend: 'Update the BIOS; update the TDX module; then have the host fetch its new PCK certificate.',
    });
    expect(vector(result)).toMatchObject({
      ear_status: 'warning',
      ear_trustworthiness_vector: { hardware: 32 },
    });
  });

  it('is no better for a debugged guest, and says so', () => {
    const result = appraise(tdx({}, { tdAttributes: 0x1000_0001n }));
    expect(codes(result)).toEqual(['host.no-matching-reference-set', 'tdx.policy.debug']);
    expect(result.devices[0]?.level).toBe('G1');
  });

  it('matches on Milan only a set that names it, and the result says why that is weak', () => {
    const milan = snpEvidence({ product: 'Milan' });
    const refused = appraise(milan);
    expect(codes(refused)).toEqual(['host.no-matching-reference-set', 'snp.policy.product']);
    const accepted = appraise(milan, { referenceSets: [snpSet({ policy: { products: ['Milan'] } })] });
    expect(accepted).toMatchObject({
      devices: [{ label: 'G2-tee' }],
      weaknesses: [{ code: 'snp.product.weak', sentence: expect.stringContaining('BadFuse') }],
    });
    expect(vector(accepted)).toMatchObject({
      ear_status: 'warning',
      ear_trustworthiness_vector: { hardware: 32, executables: 3 },
    });
  });

  it('is held where its platform is revoked, whatever it matches', () => {
    const result = appraise(tdx({ status: 'Revoked' }));
    expect(result).toMatchObject({
      outcome: 'refused',
      devices: [],
      validUntil: null,
      violations: [{ code: 'tcb.revoked', subject: 'device:guest-1' }],
    });
    expect(result.reasons).toContainEqual(expect.objectContaining({ code: 'tcb.revoked', kind: 'violated' }));
    expect(vector(result)).toMatchObject({
      ear_status: 'contraindicated',
      ear_trustworthiness_vector: { hardware: 96 },
    });
  });

  it('is held for a denied value, but not by evidence that failed', () => {
    const denying = tdxSet({ name: 'denying', denied: { mrTd: [value('a0', 48)] } });
    const result = appraise(tdx(), { referenceSets: [tdxSet(), denying] });
    expect(result.violations).toMatchObject([{ code: 'measurement.denied' }]);
    expect(result.violations[0]?.sentence).toContain('tdx.mrTd');
    const failing = new CheckList();
    failing.expect('binding.nonce', false, 'a', 'b');
    for (const tee of [tdx(), tdx({ status: 'Revoked' })]) {
      const refused = appraise(tee, { referenceSets: [denying], findings: failing });
      expect(refused).toMatchObject({ outcome: 'refused', violations: [], devices: [] });
    }
  });

  it('is refused while anything was left unasked', () => {
    const unasked = new CheckList();
    unasked.add(findings);
    unasked.skip('snp.crl', 'no CRL');
    expect(appraise(snpEvidence(), { findings: unasked })).toMatchObject({ outcome: 'refused', devices: [] });
  });

  it('is refused without its guest', () => {
    const result = appraise(null);
    expect(result).toMatchObject({ outcome: 'refused', devices: [], validUntil: null });
    expect(codes(result)).toContain('host.evidence');
  });

  it('rests on its collateral, and on it no longer than it is valid', () => {
    const result = appraise(tdx());
    expect(result.collateral).toEqual(tdx().verdict.collateral);
    expect(result.validUntil).toBe('2026-03-22T00:00:00.000Z');
    const grace = tdxSet({ policy: { outOfDateGraceDays: 300 } });
    const late = appraise(tdx({ platform: LATE, status: 'OutOfDate' }), { referenceSets: [grace] });
    expect(late).toMatchObject({ devices: [{ label: 'G2-tee' }], validUntil: '2026-03-10T00:00:00.000Z' });
    expect(late.weaknesses.map(({ code }) => code)).toEqual(['intel.tcb.weak']);
  });

  it('matches a set that asks for its virtual TPM by that alone', () => {
    const asking = snpSet({ vtpm: { bank: 'sha256', pcrs: { '4': [value('44', 32)] } } });
    const pcrs = new Map([['sha256' as const, new Map([[4, new Uint8Array(32).fill(0x44)]])]]);
    const verified = hostEvidence({
      tee: snpEvidence(),
      vtpm: { pcrs, validUntil: new Date('2027-01-01T00:00:00Z') },
    });
    expect(appraise(null, { verified, referenceSets: [asking] }).devices[0]?.label).toBe('G2-tee');
    expect(appraise(snpEvidence(), { referenceSets: [asking] }).devices[0]?.label).toBe('G1');
  });
});

describe('a host that is known by its TPM and shows a guest besides', () => {
  const tpm = {
    quote: { pcrs: new Map([['sha256' as const, new Map([[0, new Uint8Array(32).fill(0x10)]])]]) },
    firmwareVersion: 0n,
    eventLog: { status: 'absent' },
    bootLog: null,
    imaLog: { status: 'absent' },
    ima: null,
  } as unknown as HostEvidence['tpm']; // what appraisal reads of it
  const tpmSet = approve({ kind: 'tpm-pcrs', bank: 'sha256', pcrs: { '0': [value('10', 32)] } });
  const both = (tee: TeeEvidence | null, ...referenceSets: ApprovedReferenceSet[]): Appraisal =>
    appraise(null, { verified: hostEvidence({ tpm, tee }), enrolment: tpmEnrolment, referenceSets });

  it('is a TPM on a host with a guest where a set of guests matches', () => {
    const result = both(tdx(), tpmSet, tdxSet());
    expect(result.devices).toMatchObject([{ id: 'tpm-1', kind: 'host-tpm', label: 'G2-tee' }]);
    expect(result.referenceSets.matched).toHaveLength(2);
    expect(result.validUntil).toBe('2026-03-10T00:00:00.000Z');
  });

  it('is never sealed: its quote can be relayed into a guest elsewhere', () => {
    const { facts } = both(tdx(), tdxSet({ sealed: true })).devices[0] ?? {};
    expect(facts).toMatchObject({ host: 'tee', place: { keyCustody: 'operator-extractable' } });
  });

  it('is G2-tpm where its TPM alone matches', () => {
    expect(both(tdx({}, { mrTd: new Uint8Array(48) }), tpmSet, tdxSet()).devices[0]?.label).toBe('G2-tpm');
    expect(both(null, tpmSet, tdxSet()).devices[0]?.label).toBe('G2-tpm');
    const late = both(tdx({ platform: LATE, status: 'OutOfDate' }), tpmSet, tdxSet());
    expect(late).toMatchObject({ outcome: 'accepted', referenceSets: { nearest: null } });
    expect(codes(late)).toEqual(['host.no-matching-reference-set', 'intel.policy.tcb-status']);
    expect(codes(both(null, tpmSet, tdxSet()))).toEqual([]);
  });

  it('is held for the guest’s revoked platform', () => {
    expect(both(tdx({ status: 'Revoked' }), tpmSet).violations).toMatchObject([{ code: 'tcb.revoked' }]);
  });

  it('is refused without its TPM, whatever the guest shows', () => {
    const result = appraise(tdx(), { enrolment: tpmEnrolment });
    expect(result).toMatchObject({ outcome: 'refused', devices: [] });
  });

  it('reports a log that does not explain the guest, at no cost to the level', () => {
    const logged = hostEvidence({
      tee: snpEvidence(),
      teeEventLog: { status: 'differs', pcrs: ['rtMr.1', 'rtMr.2'] },
    });
    const appraised = appraise(null, { verified: logged, referenceSets: [snpSet()] });
    expect(appraised).toMatchObject({ outcome: 'accepted', devices: [{ label: 'G2-tee' }] });
    expect(appraised.reasons.map(({ code }) => code)).toEqual(['host.event-log-differs']);
    expect(appraised.reasons[0]?.sentence).toContain('rtMr.1, rtMr.2');
  });
});
