import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dottedClaims } from '../../src/appraisal/ear/dotted.ts';
import type { EarLocation } from '../../src/appraisal/ear/location.ts';
import { statusOf, type Tier, worstStatus } from '../../src/appraisal/ear/trustworthiness.ts';
import { type EarInput, earClaims, listDigest } from '../../src/appraisal/ear.ts';
import { deviceFactsUnder, hostTpmFacts } from '../../src/appraisal/facts.ts';
import { assess } from '../../src/appraisal/levels.ts';
import type { Appraisal, AppraisedDevice } from '../../src/protocol/appraisal.ts';
import type { ChipEvidence } from '../../src/protocol/chip.ts';
import type { Facts } from '../../src/protocol/facts.ts';
import { dottedClaimsSet, earClaimsSet } from './ear-cddl.ts';

const AT = new Date('2026-03-01T12:00:00.000Z');
const hex = (): string => randomBytes(32).toString('hex');

const device = (kind: string, facts: Facts): AppraisedDevice => ({
  id: `dev_01m7y3cczq3n9akgas6${randomBytes(4).toString('hex').slice(0, 7)}`,
  kind,
  facts,
  ...assess(facts),
});
const self = device('host-tpm', hostTpmFacts(true));
const gpu = (kind: string, known: Facts['device']): AppraisedDevice =>
  device(kind, { ...deviceFactsUnder(hostTpmFacts(true), 'declared'), device: known, gpuBinding: 'none' });

const accepted: Appraisal = {
  outcome: 'accepted',
  at: AT.toISOString(),
  devices: [self],
  checks: [],
  notPerformed: [],
  reasons: [],
  referenceSets: {
    matched: [{ name: 'image', version: '1', digest: hex(), sealed: false }],
    nearest: null,
  },
  violations: [],
  weaknesses: [],
  collateral: [],
  validUntil: null,
  evidence: [{ label: 'tpm', mediaType: 'application/vnd.sextant.tpm-quote+json', sha256: hex() }],
  trustInputs: [hex(), hex()],
  selfApproved: false,
};
const refused: Appraisal = { ...accepted, outcome: 'refused', devices: [] };
const place: EarLocation = {
  verdict: 'proven-inside',
  grade: 'B',
  f: 1,
  area: 'facility:fac_01m7y3cczq3n9akgas6fayzkmq',
  radius: 81_000,
  anchors: 7,
  measuredAt: AT.toISOString(),
};

const claims = (appraisal: Appraisal, more: Partial<EarInput> = {}) =>
  earClaims({
    appraisal,
    issuedAt: AT,
    expiresAt: new Date(AT.getTime() + 3_600_000),
    issuer: 'https://verifier.example',
    verifier: { developer: 'Sextant', build: '0.1.0' },
    hostId: 'hst_01m7y3cczq3n9akgas6fayzkmq',
    nonce: randomBytes(32).toString('base64url'),
    policyIds: ['tag:sextant,2026:policy/host-tpm#1'],
    ...more,
  });

const full: Appraisal = {
  ...accepted,
  devices: [
    self,
    ...Array.from({ length: 8 }, () => gpu('gpu', 'attested')),
    ...Array.from({ length: 4 }, () => gpu('switch', 'attested')),
  ],
  evidence: ['tpm', 'tdx', ...Array.from({ length: 8 }, (_, i) => `gpu-${i}`), 'switch-0', 'switch-1'].map(
    (label) => ({ label, mediaType: 'application/vnd.sextant.nvidia-report+json', sha256: hex() }),
  ),
  trustInputs: Array.from({ length: 100 }, hex),
  collateral: Array.from({ length: 60 }, () => ({
    name: 'ocsp',
    sha256: hex(),
    issuedAt: AT.toISOString(),
    nextUpdate: AT.toISOString(),
  })),
};

describe('an attestation result', () => {
  it.each([
    ['of a host alone', claims(accepted)],
    ['that is refused', claims(refused)],
    ['of a host with accelerators', claims(full)],
    ['with a place and a key', claims(accepted, { location: place, attestedKey: randomBytes(44) })],
    ['under no named policy', claims(accepted, { policyIds: [] })],
  ])('%s is what the CDDL of draft 03 has', (_, token) => {
    expect(earClaimsSet.parse(JSON.parse(JSON.stringify(token)))).toEqual(token);
    const dotted = dottedClaims(token);
    expect(dottedClaimsSet.parse(JSON.parse(JSON.stringify(dotted)))).toEqual(dotted);
  });

  it('has a submodule for every device, each by its own evidence', () => {
    const token = claims({
      ...accepted,
      devices: [self, gpu('gpu', 'attested'), gpu('switch', 'host-reported'), gpu('gpu', 'declared')],
    });
    expect(Object.keys(token.submods)).toEqual(['host', 'gpu-0', 'switch-0', 'gpu-1']);
    expect(token.submods).toMatchObject({
      host: {
        ear_status: 'affirming',
        'sextant.device': { kind: 'host-tpm', level: 'G2', host: 'tpm', keyCustody: 'operator-extractable' },
      },
      'gpu-0': {
        ear_status: 'affirming',
        ear_trustworthiness_vector: { 'instance-identity': 2, hardware: 2 },
        'sextant.device': { device: 'attested', gpuBinding: 'none' },
      },
      'switch-0': { ear_status: 'none', 'sextant.device': { device: 'host-reported' } },
      'gpu-1': { ear_status: 'none' },
    });
    // Nothing that was not examined is claimed, and nobody's word makes a vector.
    expect(token.submods['gpu-1']).not.toHaveProperty('ear_trustworthiness_vector');
    expect(token.ear_status).toBe('none');
  });

  it('says nothing of devices whose host was refused', () => {
    const token = claims({ ...refused, checks: [{ id: 'binding.nonce', status: 'fail' }] } as Appraisal);
    expect(Object.keys(token.submods)).toEqual(['host']);
    expect(token).toMatchObject({
      ear_status: 'contraindicated',
      submods: { host: { ear_trustworthiness_vector: { 'instance-identity': 99 } } },
    });
  });

  it('makes no claim, good or bad, of evidence that nobody could finish judging', () => {
    const open = { ...refused, checks: [{ id: 'bundle.signature', status: 'pass' }] } as Appraisal;
    expect(claims(open)).toMatchObject({
      ear_status: 'none',
      'sextant.outcome': 'refused',
      submods: { host: { ear_trustworthiness_vector: { 'instance-identity': 0 } } },
    });
  });

  it('names the key that the hardware vouched for, and none of a refused host', () => {
    const attestedKey = randomBytes(44);
    expect(claims(accepted, { attestedKey }).submods['host']).toMatchObject({
      ear_veraison_key_attestation: { akpub: attestedKey.toString('base64url') },
    });
    expect(claims(refused, { attestedKey }).submods['host']).not.toHaveProperty(
      'ear_veraison_key_attestation',
    );
  });

  it.each<[EarLocation['verdict'], Tier]>([
    ['unmeasured', 'none'],
    ['inconclusive', 'none'],
    ['inconsistent', 'warning'],
    ['proven-outside', 'contraindicated'],
    ['proven-inside', 'affirming'],
  ])('shows a place that is %s as %s, without a vector', (verdict, status) => {
    const location = { ...place, verdict };
    const token = claims(accepted, { location });
    expect(token.submods['location']).toEqual({ ear_status: status, 'sextant.location': location });
    expect(token.ear_status).toBe(status);
  });

  it('stays under 8 KiB for eight GPUs and four switches, whatever it was judged by', () => {
    const body = JSON.stringify(claims(full, { location: place, attestedKey: randomBytes(44) }));
    const header = JSON.stringify({ alg: 'ES256', kid: 'x'.repeat(43), typ: 'eat+jwt' });
    const encoded = [header, body].map((part) => Buffer.from(part).toString('base64url'));
    expect([...encoded, 'x'.repeat(86)].join('.').length).toBeLessThan(8192);
  });

  it('cites lists by one digest, whatever their order', () => {
    const [a, b] = [hex(), hex()];
    expect(listDigest('trust-inputs', [a, b])).toBe(listDigest('trust-inputs', [b, a]));
    expect(listDigest('trust-inputs', [a])).not.toBe(listDigest('trust-inputs', [a, b]));
    expect(listDigest('trust-inputs', [a])).not.toBe(listDigest('collateral', [a]));
    expect(claims(accepted)['sextant.trust_inputs']).toBe(listDigest('trust-inputs', accepted.trustInputs));
    expect(claims(accepted)).not.toHaveProperty(['sextant.collateral']);
  });
});

describe('a GPU or switch in a result', () => {
  const chip = (changed: Partial<ChipEvidence> = {}): ChipEvidence => ({
    item: 'gpu-0',
    outcome: 'attested',
    identity: 'ab'.repeat(32),
    ueid: '1',
    model: 'GH100 A01 GSP BROM',
    chip: 'GH100',
    driverVersion: '550.1',
    vbiosVersion: '96.00',
    mode: 'spt',
    fwid: 'match',
    measurements: [component('driver', 'match'), component('vbios', 'match')],
    validUntil: null,
    ...changed,
  });
  const component = (
    name: 'driver' | 'vbios',
    verdict: 'match' | 'mismatch' | 'unknown',
  ): ChipEvidence['measurements'][number] => ({
    component: name,
    rimId: null,
    verdict,
    mismatches: [],
    why: null,
  });
  const submodule = (changed: Partial<ChipEvidence>, violations: Appraisal['violations'] = []) =>
    claims({ ...accepted, violations, devices: [self, { ...gpu('gpu', 'attested'), chip: chip(changed) }] })
      .submods['gpu-0'];

  it.each<[string, Partial<ChipEvidence>, Tier, object]>([
    ['that proved everything', {}, 'affirming', { 'instance-identity': 2, hardware: 2, executables: 3 }],
    [
      'whose VBIOS nobody has a manifest for',
      { outcome: 'unproven', measurements: [component('driver', 'match'), component('vbios', 'unknown')] },
      'none',
      { 'instance-identity': 2, hardware: 2 },
    ],
    [
      'whose firmware is another',
      { outcome: 'refused', measurements: [component('driver', 'match'), component('vbios', 'mismatch')] },
      'warning',
      { executables: 33 },
    ],
    [
      'whose report is not authentic',
      { outcome: 'refused', measurements: [] },
      'contraindicated',
      { 'instance-identity': 99, executables: 99, hardware: 99 },
    ],
    ['that another host proved too', { outcome: 'refused' }, 'none', { 'instance-identity': 0 }],
  ])('%s has its tier', (_, changed, status, vector) => {
    expect(submodule(changed)).toMatchObject({ ear_status: status, ear_trustworthiness_vector: vector });
    expect(submodule(changed)?.ear_trustworthiness_vector).toEqual(vector);
  });

  it('is contraindicated by a violation of its own, and its host is not', () => {
    const subject = `device:gpu_${'ab'.repeat(16)}`;
    const revoked = [{ code: 'device.key-revoked', subject, sentence: 'revoked' }];
    expect(submodule({ outcome: 'refused' }, revoked)).toMatchObject({
      ear_status: 'contraindicated',
      ear_trustworthiness_vector: { hardware: 96 },
    });
    const twice = [{ code: 'device.contradiction', subject, sentence: 'twice' }];
    expect(submodule({ outcome: 'refused' }, twice)?.ear_trustworthiness_vector).toEqual({
      'instance-identity': 96,
    });
    const another = [{ code: 'device.key-revoked', subject: 'device:gpu_other', sentence: 'revoked' }];
    expect(submodule({}, another)?.ear_status).toBe('affirming');
    expect(claims({ ...accepted, violations: revoked }).submods['host']?.ear_status).toBe('affirming');
  });
});

describe('a status', () => {
  const tier = fc.constantFrom<Tier>('none', 'affirming', 'warning', 'contraindicated');

  it.each([
    [0, 'none'],
    [1, 'none'],
    [-1, 'none'],
    [2, 'affirming'],
    [31, 'affirming'],
    [32, 'warning'],
    [95, 'warning'],
    [96, 'contraindicated'],
    [127, 'contraindicated'],
  ])('of a vector whose worst claim is %i is %s', (worst, status) => {
    expect(statusOf({ hardware: worst })).toBe(status);
    if (worst > 2) expect(statusOf({ hardware: worst, executables: 2 })).toBe(status);
  });

  it('of the whole affirms only where every part does', () => {
    fc.assert(
      fc.property(fc.array(tier), (parts) => {
        const whole = worstStatus(parts);
        expect(whole === 'affirming').toBe(parts.length > 0 && parts.every((part) => part === 'affirming'));
        expect(whole === 'contraindicated').toBe(parts.includes('contraindicated'));
        expect(parts.length === 0 || parts.includes(whole)).toBe(true);
      }),
    );
  });
});
