import { describe, expect, it } from 'vitest';
import {
  type AppraisalInput,
  appraiseHost,
  refusedAppraisal,
  type TpmEnrolment,
} from '../../src/appraisal/appraise.ts';
import { NO_INVENTORY } from '../../src/appraisal/devices/inventory.ts';
import { earClaims } from '../../src/appraisal/ear.ts';
import type { TpmReferenceSet } from '../../src/appraisal/reference/tpm-pcrs.ts';
import { referenceSet, referenceSetDigest } from '../../src/appraisal/reference-set.ts';
import { NO_NVIDIA_TRUST } from '../../src/evidence/bundle/nvidia-trust.ts';
import { NO_TEE_TRUST } from '../../src/evidence/bundle/tee-trust.ts';
import { verifyBundle } from '../../src/evidence/bundle/verify.ts';
import { CheckList } from '../../src/evidence/check.ts';
import { type Appraisal, appraisal as appraisalSchema } from '../../src/protocol/appraisal.ts';
import { makeHost, now, session, submit } from '../evidence/bundle/host.ts';

const host = makeHost();
const { findings, verified } = verifyBundle({
  jws: submit(host),
  session,
  host,
  tee: NO_TEE_TRUST,
  nvidia: NO_NVIDIA_TRUST,
  at: now,
});
if (verified === null) throw new Error('the fixture does not verify');

const register = (index: number): string => index.toString(16).padStart(2, '0').repeat(32);
const approve = (changed: Partial<TpmReferenceSet> = {}) => {
  const set = referenceSet.parse({
    kind: 'tpm-pcrs',
    name: 'image',
    version: '1',
    publisher: 'acme',
    bank: 'sha256',
    pcrs: { '0': [register(0)], '7': [register(7)] },
    sealed: false,
    ...changed,
  });
  return { set, digest: referenceSetDigest(set) };
};
const enrolment: TpmEnrolment = {
  kind: 'tpm',
  deviceId: 'tpm-1',
  ekAnchorSha256: 'ab'.repeat(32),
  ekAnchorTrusted: true,
  ekValidUntil: new Date('9999-12-31T23:59:59Z'),
  facilityId: 'fac_here',
};
const input: AppraisalInput = {
  verified,
  findings,
  referenceSets: [approve()],
  at: now,
  enrolment,
  inventory: NO_INVENTORY,
  trustInputs: ['cd'.repeat(32)],
  selfApproved: false,
};
const appraise = (changed: Partial<AppraisalInput> = {}): Appraisal => appraiseHost({ ...input, ...changed });
const codes = ({ reasons }: Appraisal): string[] => reasons.map(({ code }) => code);

describe('appraiseHost', () => {
  it('accepts a matching host at G2-tpm and says what the next level lacks', () => {
    const result = appraise();
    expect(appraisalSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ outcome: 'accepted', reasons: [], violations: [] });
    expect(result.devices).toMatchObject([
      { id: 'tpm-1', kind: 'host-tpm', level: 'G2', label: 'G2-tpm', next: { level: 'G3' } },
    ]);
    expect(result.referenceSets.matched).toMatchObject([{ name: 'image', digest: approve().digest }]);
    expect(result.referenceSets.nearest).toBeNull();
    expect(result.trustInputs).toEqual(input.trustInputs);
    expect(result.evidence.map(({ label }) => label)).toEqual(['binding', 'tpm']);
  });

  it('never gives a TPM more than G2 for a sealed set', () => {
    expect(appraise({ referenceSets: [approve({ sealed: true })] }).devices[0]?.label).toBe('G2-tpm');
  });

  it('accepts a host that matches nothing at G1, with the nearest set and its differences', () => {
    const far = approve({ name: 'far', pcrs: { '1': [register(1)], '2': [register(2)] } });
    const near = approve({ name: 'near', pcrs: { '0': [register(0)], '10': [register(1)] } });
    const result = appraise({ referenceSets: [far, near] });
    expect(result).toMatchObject({ outcome: 'accepted', violations: [] });
    expect(result.devices[0]).toMatchObject({ level: 'G1', label: 'G1' });
    expect(codes(result)).toEqual(['host.no-matching-reference-set']);
    expect(result.referenceSets.nearest).toMatchObject({
      set: { name: 'near' },
      differences: [{ field: 'pcr.sha256.10', actual: register(10) }],
    });
  });

  it('accepts a host at G1 where no set is in force, and says so', () => {
    const result = appraise({ referenceSets: [] });
    expect(result.devices[0]?.level).toBe('G1');
    expect(codes(result)).toEqual(['host.no-reference-set']);
  });

  it('stays below G2 where the host does not quote what some set denies', () => {
    const unquoted = approve({ name: 'denying', denied: { '23': [register(1)] } });
    const result = appraise({ referenceSets: [approve(), unquoted] });
    expect(result).toMatchObject({ outcome: 'accepted', referenceSets: { matched: [] } });
    expect(result.devices.map(({ level }) => level)).toEqual(['G1']);
    expect(result.referenceSets.nearest?.differences).toMatchObject([
      { field: 'pcr.sha256.23', actual: null },
    ]);
  });

  it('believes no firmware version of a key outside the endorsement hierarchy, which the TPM obfuscates', () => {
    const result = appraise({ referenceSets: [approve({ minimumFirmwareVersion: '0000000000000001' })] });
    expect(result.devices.map(({ level }) => level)).toEqual(['G1']);
    expect(result.referenceSets.nearest?.differences).toMatchObject([
      { field: 'firmwareVersion', actual: null },
    ]);
  });

  it('refuses a denied value as a violation, even beside a match', () => {
    const result = appraise({ referenceSets: [approve(), approve({ denied: { '10': [register(10)] } })] });
    expect(result).toMatchObject({ outcome: 'refused', devices: [] });
    expect(result.violations).toMatchObject([{ code: 'measurement.denied', subject: 'device:tpm-1' }]);
    expect(result.reasons).toMatchObject([{ code: 'measurement.denied', kind: 'violated' }]);
  });

  it('refuses a host whose anchor is no longer trusted, and holds it for nothing', () => {
    const result = appraise({
      enrolment: { ...enrolment, ekAnchorTrusted: false },
      referenceSets: [approve({ denied: { '10': [register(10)] } })],
    });
    expect(result).toMatchObject({ outcome: 'refused', devices: [], violations: [] });
    expect(result.checks.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual([
      'host.ek.anchor',
    ]);
    expect(codes(result)).toContain('host.ek.anchor');
  });

  it('refuses a host whose certificate has ended since it enrolled, and holds it for nothing', () => {
    const at = (ekValidUntil: Date) =>
      appraise({ enrolment: { ...enrolment, ekValidUntil }, referenceSets: [approve()] });
    const result = at(new Date(now.getTime() - 1));
    expect(result).toMatchObject({ outcome: 'refused', devices: [], violations: [] });
    expect(result.checks.filter(({ status }) => status === 'fail').map(({ id }) => id)).toEqual([
      'host.ek.expired',
    ]);
    expect(at(now).outcome).toBe('accepted');
  });

  it('refuses what a verifier left unasked, and what it found failing', () => {
    const unasked = new CheckList();
    unasked.add(findings);
    unasked.skip('tpm.quote.extra-data', 'no nonce');
    expect(appraise({ findings: unasked })).toMatchObject({ outcome: 'refused', devices: [] });
    const failing = new CheckList();
    failing.add(findings);
    failing.expect('binding.nonce', false, 'a', 'b');
    const result = appraise({ findings: failing });
    expect(result).toMatchObject({ outcome: 'refused', devices: [] });
    expect(codes(result)).toEqual(['binding.nonce']);
  });

  it('reports an event log that does not fit, at no cost to the level', () => {
    const jws = submit(host, { eventLog: Uint8Array.of(1, 2, 3) });
    const result = verifyBundle({ jws, session, host, tee: NO_TEE_TRUST, nvidia: NO_NVIDIA_TRUST, at: now });
    if (result.verified === null) throw new Error('the fixture does not verify');
    const appraised = appraise({ verified: result.verified, findings: result.findings });
    expect(appraised).toMatchObject({ outcome: 'accepted', devices: [{ label: 'G2-tpm' }] });
    expect(codes(appraised)).toEqual(['host.event-log-unusable']);
  });

  it('repeats self-approval in the result', () => {
    expect(appraise({ selfApproved: true }).selfApproved).toBe(true);
  });
});

describe('refusedAppraisal', () => {
  it('gives every failed check as a reason and proves nothing', () => {
    const jws = submit(host, { signedBy: makeHost().signingPrivate });
    const refused = verifyBundle({
      jws,
      session: { ...session, nonce: 'A'.repeat(43) },
      host,
      tee: NO_TEE_TRUST,
      nvidia: NO_NVIDIA_TRUST,
      at: now,
    });
    const result = refusedAppraisal(refused.findings, input);
    expect(appraisalSchema.parse(result)).toEqual(result);
    expect(result).toMatchObject({ outcome: 'refused', devices: [], violations: [] });
    expect(codes(result)).toEqual(['binding.nonce', 'bundle.signature']);
    expect(result.reasons.every(({ kind, mend }) => kind === 'unproven' && mend !== undefined)).toBe(true);
  });

  it('is a refusal with a reason even without findings', () => {
    const result = refusedAppraisal(new CheckList(), input);
    expect(result.outcome).toBe('refused');
    expect(codes(result)).toEqual(['evidence.nothing-verified']);
  });
});

describe('earClaims', () => {
  const claims = (appraisal: Appraisal) =>
    earClaims({
      appraisal,
      issuedAt: now,
      expiresAt: new Date(now.getTime() + 3_600_999),
      issuer: 'https://verifier.example',
      verifier: { developer: 'sextant', build: '0.1.0' },
      hostId: 'host-1',
      nonce: session.nonce,
      policyIds: ['sextant-gate/1'],
    });

  it.each<[string, Appraisal, string, number, number]>([
    ['a matching host', appraise(), 'affirming', 2, 3],
    ['a host that matches nothing', appraise({ referenceSets: [] }), 'warning', 2, 33],
    [
      'a denied value',
      appraise({ referenceSets: [approve({ denied: { '10': [register(10)] } })] }),
      'contraindicated',
      2,
      96,
    ],
    ['evidence that failed', refusedAppraisal(new CheckList(), input), 'contraindicated', 99, 99],
  ])('gives %s its tier', (_, appraisal, status, identity, executables) => {
    const { host: submodule } = claims(appraisal).submods;
    expect(submodule).toMatchObject({
      ear_status: status,
      ear_trustworthiness_vector: { 'instance-identity': identity, executables },
    });
  });

  it('names profile, nonce, verifier and policy, and holds digests alone', () => {
    const token = claims(appraise());
    expect(token).toMatchObject({
      eat_profile: 'tag:ietf.org,2026:rats/ear#03',
      eat_nonce: session.nonce,
      iat: Math.floor(now.getTime() / 1000),
      exp: Math.floor(now.getTime() / 1000) + 3600,
      sub: 'host-1',
      'sextant.outcome': 'accepted',
      'sextant.self_approved': false,
      submods: { host: { ear_appraisal_policy_ids: ['sextant-gate/1'] } },
    });
    expect(JSON.stringify(token).length).toBeLessThan(2500);
  });

  it('says of every host that nobody asked whether its endorsement certificate is revoked', () => {
    const { outcome, notPerformed } = appraise({ referenceSets: [] });
    expect(outcome).toBe('accepted');
    expect(notPerformed.map(({ id }) => id)).toEqual(['tpm.ek.revocation']);
  });
});
