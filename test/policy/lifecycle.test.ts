import { describe, expect, it } from 'vitest';
import { hostTpmFacts } from '../../src/appraisal/facts.ts';
import type { DeviceEvidence, DeviceState, FacilityState, PartyState } from '../../src/policy/inputs.ts';
import { type LicenceConditions, licenceConditions } from '../../src/policy/licence.ts';
import { judgeLifecycle, type LifecycleInput } from '../../src/policy/lifecycle.ts';
import type { PacksOfFleet } from '../../src/policy/packs/index.ts';
import type { Reason } from '../../src/protocol/reason.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const plus = (seconds: number): Date => new Date(at.getTime() + seconds * 1000);

const conditions: LicenceConditions = licenceConditions.parse({
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2027-01-01T00:00:00Z',
  parties: ['p'],
  facilities: ['f'],
  devices: ['d'],
  minimumLevel: 'G2',
  evidenceMaxAgeSeconds: 3600,
  rulePacks: 'none',
  referenceSets: 'any-approved',
  graceSeconds: 600,
});
const evidence: DeviceEvidence = {
  outcome: 'accepted',
  facts: hostTpmFacts(true),
  referenceSets: ['image'],
  nonceIssuedAt: plus(-60),
  validUntil: null,
  placeAt: null,
  placeUntil: null,
  auditUntil: null,
};
const device: DeviceState = {
  id: 'd',
  kind: 'host-tpm',
  model: null,
  userId: null,
  lifecycle: 'verified',
  usableUntil: null,
  facilityId: 'f',
  hostId: 'h',
  serialLink: 'none',
  serialLinkUntil: null,
  modelDisagreement: null,
  evidence,
};
const facility: FacilityState = {
  id: 'f',
  authorisation: 'authorised',
  authorisedFrom: plus(-9999),
  authorisedUntil: null,
  tier: null,
};
const party: PartyState = {
  id: 'p',
  standing: 'clear',
  clearUntil: null,
  listVersion: null,
  currentListVersion: null,
  deniedParents: [],
};
const input: LifecycleInput = {
  licence: { id: 'l', status: 'active', conditions },
  devices: [device],
  facilities: [facility],
  parties: [party],
  latches: [],
  provenBefore: new Set(),
  failing: {},
  reinstatedAt: null,
  outage: null,
  packs: null,
  at,
};
const judge = (changed: Partial<LifecycleInput> = {}) => judgeLifecycle({ ...input, ...changed });
const withEvidence = (changed: Partial<DeviceEvidence>): Partial<LifecycleInput> => ({
  devices: [{ ...device, evidence: { ...evidence, ...changed } }],
});
const licensed = (changed: Partial<LicenceConditions>): Partial<LifecycleInput> => ({
  licence: { ...input.licence, conditions: { ...conditions, ...changed } },
});

/** Each end that a licence may rest on, alone the first. */
const ENDS: readonly (readonly [code: string, changed: Partial<LifecycleInput>])[] = [
  ['evidence.stale', withEvidence({ nonceIssuedAt: plus(-3600 + 30) })],
  ['evidence.lapsed', withEvidence({ validUntil: plus(30) })],
  ['party.screening-lapsed', { parties: [{ ...party, clearUntil: plus(30) }] }],
  ['facility.authorisation-lapsed', { facilities: [{ ...facility, authorisedUntil: plus(30) }] }],
];

describe('the lifecycle of a licence', () => {
  it.each(ENDS)('names %s as what ends first, and counts grace from there', (code, changed) => {
    expect(judge(changed)).toMatchObject({
      state: 'holds',
      suspendsAt: plus(630),
      cause: { code },
      nextLook: plus(30),
    });
    // Looked at late: it has failed since its end all the same.
    expect(judge({ ...changed, at: plus(100) })).toMatchObject({
      state: 'failing',
      failing: { [code]: plus(30) },
      suspendsAt: plus(630),
      nextLook: plus(630),
    });
  });

  it('has grace from when something was noticed that did not end by itself, as long as it goes on', () => {
    const denied: Partial<LifecycleInput> = { parties: [{ ...party, standing: 'denied' }] };
    expect(judge(denied)).toMatchObject({ failing: { 'party.denied': at }, suspendsAt: plus(600) });
    const since = { 'party.denied': plus(-500), 'host.held': plus(-9999) };
    expect(judge({ ...denied, failing: since })).toMatchObject({
      // What has ceased to fail is forgotten.
      failing: { 'party.denied': plus(-500) },
      suspendsAt: plus(100),
    });
  });

  it('has no grace unless it is given', () => {
    expect(judge(licensed({ graceSeconds: undefined }))).toMatchObject({ suspendsAt: plus(3540) });
  });

  it('counts from its reinstatement what failed before', () => {
    const stale = withEvidence({ nonceIssuedAt: plus(-9000) });
    expect(judge({ ...stale, reinstatedAt: plus(-5) })).toMatchObject({ suspendsAt: plus(595) });
  });

  it('does not count a device that was never proven, or is out of service; one that was, does', () => {
    const absent = { devices: [device, { ...device, id: 'e', hostId: null, evidence: null }] };
    expect(judge(absent)).toMatchObject({ state: 'holds' });
    expect(judge({ ...absent, provenBefore: new Set(['e']) })).toMatchObject({
      state: 'failing',
      failing: { 'device.no-host': at, 'evidence.absent': at },
    });
    const away = { devices: [{ ...device, lifecycle: 'maintenance' }], provenBefore: new Set(['d']) };
    expect(judge(away)).toMatchObject({ state: 'holds', cause: null, suspendsAt: null });
  });

  it('names what is known to end next where something else ends first that nobody can judge beforehand', () => {
    const due = { devices: [{ ...device, usableUntil: plus(30) }] };
    expect(judge(due)).toMatchObject({
      cause: { code: 'evidence.stale' },
      suspendsAt: plus(3540 + 600),
      nextLook: plus(30),
    });
  });

  it('counts devices that are missing once they are more than a tenth', () => {
    const fleet = (missing: number) => ({
      ...licensed({ devices: Array.from({ length: 10 }, (_, place) => `d${place}`) }),
      devices: Array.from({ length: 10 }, (_, place) => ({
        ...device,
        id: `d${place}`,
        lifecycle: place < missing ? 'missing' : 'verified',
      })),
    });
    expect(judge(fleet(1))).toMatchObject({ state: 'holds' });
    expect(judge(fleet(2))).toMatchObject({ state: 'failing', cause: { code: 'licence.devices-missing' } });
  });

  it('excuses what became too old in an outage of the verifier, until hosts had their turn, and nothing else', () => {
    const outage = { from: plus(-7200), until: plus(300) };
    const stale = withEvidence({ nonceIssuedAt: plus(-3600 - 60) });
    expect(judge({ ...stale, outage })).toMatchObject({ suspendsAt: plus(900) });
    const before = withEvidence({ nonceIssuedAt: plus(-3600 - 7201) });
    expect(judge({ ...before, outage })).toMatchObject({ suspendsAt: plus(-7201 + 600) });
    expect(judge({ ...withEvidence({ validUntil: plus(-60) }), outage })).toMatchObject({
      suspendsAt: plus(540),
    });
  });

  it('waits for its first day and ends with its last, whatever its fleet does', () => {
    const stale = withEvidence({ nonceIssuedAt: plus(-9000) });
    const [early, late] = [new Date('2025-12-01T00:00:00Z'), new Date('2027-01-01T00:00:00Z')];
    expect(judge({ ...stale, at: early })).toMatchObject({
      state: 'waiting',
      suspendsAt: null,
      nextLook: new Date('2026-01-01T00:00:00Z'),
    });
    expect(judge({ ...stale, at: late })).toMatchObject({ state: 'ended', suspendsAt: null, nextLook: null });
  });
});

/** Packs that deny from an instant on. */
const denyingFrom = (from: Date, code = 'own.stale', kind: Reason['kind'] = 'unproven'): PacksOfFleet => ({
  reasonsAt: (at) =>
    at < from ? [] : [{ code, kind, subject: 'rule-pack:own@1.0.0', sentence: 'Too old.', mend: 'Attest.' }],
  endOf: (holding, until) => (holding < from && from < until ? from : until),
});

describe('what only a rule pack denies', () => {
  const cause = { code: 'own.stale', subject: 'rule-pack:own@1.0.0' };

  it('fails from when it was noticed, and has the grace of the licence', () => {
    const packs = denyingFrom(at);
    expect(judge({ packs })).toMatchObject({
      state: 'failing',
      failing: { 'own.stale': at },
      suspendsAt: plus(600),
      cause,
    });
    expect(judge({ packs, failing: { 'own.stale': plus(-200) } })).toMatchObject({ suspendsAt: plus(400) });
  });

  it('is foreseen where it comes before whatever else ends', () => {
    const packs = denyingFrom(plus(30));
    expect(judge({ packs })).toMatchObject({
      state: 'holds',
      suspendsAt: plus(630),
      cause,
      nextLook: plus(30),
    });
    expect(judge({ packs: denyingFrom(plus(9999)) })).toMatchObject({ cause: { code: 'evidence.stale' } });
    // Behind an end at which nothing is found to fail.
    const due = { devices: [{ ...device, usableUntil: plus(10) }] };
    expect(judge({ ...due, packs })).toMatchObject({ suspendsAt: plus(630), cause, nextLook: plus(10) });
  });

  it.each([
    ['could not be evaluated', denyingFrom(at, 'pack.error', 'unavailable')],
    ['never decides about use', denyingFrom(at, 'pack.action-not-decided')],
  ])('does not count of a pack that %s', (_, packs) => {
    expect(judge({ packs })).toMatchObject({ state: 'holds', cause: { code: 'evidence.stale' } });
  });

  it('is excused while hosts have their turn after an outage, but not what ends meanwhile', () => {
    const outage = { from: plus(-7200), until: plus(1000) };
    const packs = denyingFrom(at);
    expect(judge({ packs, outage })).toMatchObject({ suspendsAt: plus(1600), nextLook: plus(1600) });
    const ending = { parties: [{ ...party, clearUntil: plus(30) }] };
    expect(judge({ ...ending, packs, outage })).toMatchObject({ suspendsAt: plus(1600), nextLook: plus(30) });
    const later = { ...ending, packs, outage, failing: { 'own.stale': plus(1000) }, at: plus(40) };
    expect(judge(later)).toMatchObject({ suspendsAt: plus(630), cause: { code: 'party.screening-lapsed' } });
  });
});
