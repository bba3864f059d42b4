import { describe, expect, it } from 'vitest';
import { type AllocationInput, decideAllocation } from '../../src/policy/allocation.ts';
import type { FacilityState, Latch, LicenceState, PartyState } from '../../src/policy/inputs.ts';
import { type LicenceConditions, licenceConditions } from '../../src/policy/licence.ts';
import { verdict as verdictSchema } from '../../src/protocol/decision.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const later = new Date(at.getTime() + 60_000);
const conditions: LicenceConditions = licenceConditions.parse({
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2027-01-01T00:00:00Z',
  parties: ['exporter', 'end-user'],
  facilities: ['fra1', 'ams1'],
  devices: ['tpm-1'],
  minimumLevel: 'G2',
  evidenceMaxAgeSeconds: 3600,
  referenceSets: 'any-approved',
  rulePacks: 'none',
  models: [
    { model: 'H100', quantity: 16 },
    { model: 'B200', quantity: 1 },
  ],
});
const facility = (id: string): FacilityState => ({
  id,
  authorisation: 'authorised',
  authorisedFrom: new Date(0),
  authorisedUntil: null,
  tier: null,
});
const party = (id: string): PartyState => ({
  id,
  standing: 'clear',
  clearUntil: null,
  listVersion: null,
  currentListVersion: null,
  deniedParents: [],
});
const input: AllocationInput = {
  licence: { id: 'licence-1', status: 'active', conditions },
  chips: [{ model: 'H100', quantity: 16 }],
  facilities: [facility('fra1'), facility('ams1')],
  parties: [party('exporter'), party('end-user')],
  latches: [],
  purpose: null,
  at,
};

const licence = (changed: Partial<LicenceConditions>, state: Partial<LicenceState> = {}) => ({
  licence: { ...input.licence, ...state, conditions: { ...conditions, ...changed } },
});
const ams1 = (changed: Partial<FacilityState>) => ({
  facilities: [facility('fra1'), { ...facility('ams1'), ...changed }],
});
const user = (changed: Partial<PartyState>) => ({
  parties: [party('exporter'), { ...party('end-user'), ...changed }],
});
const latch = (kind: Latch['subject']['kind'], id: string) => ({
  latches: [{ subject: { kind, id }, code: 'x', sentence: 'It is held.' }],
});

/** For every reason, what brings about that reason and no other. */
const ALONE: readonly (readonly [code: string, changed: Partial<AllocationInput>])[] = [
  ['licence.not-yet-valid', licence({ validFrom: later.toISOString() })],
  ['licence.expired', licence({ validUntil: at.toISOString() })],
  ['licence.suspended', licence({}, { status: 'suspended' })],
  ['licence.revoked', licence({}, { status: 'revoked' })],
  ['licence.held', latch('licence', 'licence-1')],
  ['request.purpose-not-named', { ...licence({ purpose: 'inference' }), purpose: 'training' }],
  ['licence.no-models', licence({ models: undefined })],
  ['request.no-chips', { chips: [] }],
  ['request.model-not-named', { chips: [{ model: 'H200', quantity: 1 }] }],
  ['request.quantity-too-large', { chips: [{ model: 'H100', quantity: 17 }] }],
  ['request.quantity-too-large', { chips: [{ model: 'H100', quantity: Number.NaN }] }],
  ['party.unknown', { parties: [party('exporter')] }],
  ['party.unscreened', user({ standing: 'unscreened' })],
  ['party.denied', user({ standing: 'denied' })],
  ['party.screening-lapsed', user({ clearUntil: at })],
  ['party.held', latch('party', 'end-user')],
  ['facility.unknown', { facilities: [facility('fra1')] }],
  ['facility.not-authorised', ams1({ authorisation: 'proposed' })],
  ['facility.revoked', ams1({ authorisation: 'revoked' })],
  ['facility.authorisation-lapsed', ams1({ authorisedUntil: at })],
  ['facility.held', latch('facility', 'ams1')],
  ['input.unavailable', { latches: 'unavailable' }],
];

describe('an allocation', () => {
  it('is allowed where the licence names the models and everybody and every place is clear', () => {
    const verdict = decideAllocation(input);
    expect(verdictSchema.parse(verdict)).toEqual(verdict);
    expect(verdict).toEqual({
      outcome: 'allow',
      reasons: [],
      devices: [],
      validUntil: '2027-01-01T00:00:00.000Z',
    });
  });

  it.each(ALONE)('is denied by %s alone', (code, changed) => {
    const verdict = decideAllocation({ ...input, ...changed });
    expect(verdict).toMatchObject({ outcome: 'deny', validUntil: null });
    expect(verdict.reasons.map((reason) => reason.code)).toEqual([code]);
  });

  it('ends with the first thing that it rests on', () => {
    for (const changed of [user({ clearUntil: later }), ams1({ authorisedUntil: later })]) {
      expect(decideAllocation({ ...input, ...changed }).validUntil).toBe(later.toISOString());
    }
  });

  it('tells every model that is too many or not named', () => {
    const chips = [
      { model: 'H100', quantity: 17 },
      { model: 'B200', quantity: 2 },
      { model: 'A100', quantity: 1 },
    ];
    expect(decideAllocation({ ...input, chips }).reasons.map(({ sentence }) => sentence)).toEqual([
      'The request asks for 17 of H100; the licence names 16.',
      'The request asks for 2 of B200; the licence names 1.',
      'The licence does not name the model A100.',
    ]);
  });
});
