import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceFactsUnder, hostTeeFacts, hostTpmFacts } from '../../src/appraisal/facts.ts';
import { decide } from '../../src/policy/decide.ts';
import type {
  DecisionInput,
  DeviceEvidence,
  DeviceState,
  FacilityState,
  Latch,
  LicenceState,
  PartyState,
} from '../../src/policy/inputs.ts';
import { type LicenceConditions, licenceConditions } from '../../src/policy/licence.ts';
import { DECISION_CODES } from '../../src/policy/reasons.ts';
import { verdict as verdictSchema } from '../../src/protocol/decision.ts';
import type { Facts, Weakness } from '../../src/protocol/facts.ts';

const at = new Date('2026-03-01T12:00:00.000Z');
const plus = (seconds: number): Date => new Date(at.getTime() + seconds * 1000);

const conditions: LicenceConditions = licenceConditions.parse({
  validFrom: '2026-01-01T00:00:00Z',
  validUntil: '2027-01-01T00:00:00Z',
  parties: ['exporter', 'end-user'],
  facilities: ['fra1'],
  devices: ['tpm-1'],
  minimumLevel: 'G2',
  minimumFacts: { device: 'attested', host: 'tpm' },
  evidenceMaxAgeSeconds: 3600,
  referenceSets: ['image'],
  rulePacks: 'none',
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
  id: 'tpm-1',
  kind: 'host-tpm',
  model: null,
  userId: null,
  lifecycle: 'verified',
  usableUntil: null,
  facilityId: 'fra1',
  hostId: 'host-1',
  serialLink: 'none',
  serialLinkUntil: null,
  modelDisagreement: null,
  evidence,
};
const facility: FacilityState = {
  id: 'fra1',
  authorisation: 'authorised',
  authorisedFrom: new Date(0),
  authorisedUntil: null,
  tier: null,
};
const party = (id: string): PartyState => ({
  id,
  standing: 'clear',
  clearUntil: null,
  listVersion: null,
  currentListVersion: null,
  deniedParents: [],
});
const input: DecisionInput = {
  licence: { id: 'licence-1', status: 'active', conditions },
  requested: null,
  devices: [device],
  facilities: [facility],
  parties: [party('exporter'), party('end-user')],
  latches: [],
  purpose: null,
  clusters: [],
  at,
};

const licence = (changed: Partial<LicenceConditions>, state: Partial<LicenceState> = {}) => ({
  licence: { ...input.licence, ...state, conditions: { ...conditions, ...changed } },
});
const withDevice = (changed: Partial<DeviceState>) => ({ devices: [{ ...device, ...changed }] });
const withEvidence = (changed: Partial<DeviceEvidence>) =>
  withDevice({ evidence: { ...evidence, ...changed } });
const latch = (kind: Latch['subject']['kind'], id: string) => ({
  latches: [{ subject: { kind, id }, code: 'measurement.denied', sentence: 'A measurement is denied.' }],
});
const withParty = (changed: Partial<PartyState>) => ({
  parties: [party('exporter'), { ...party('end-user'), ...changed }],
});
const codes = (changed: Partial<DecisionInput>): string[] =>
  decide({ ...input, ...changed }).reasons.map(({ code }) => code);

/** A sealed guest inside its geofence, under a licence that rests on the place. */
const inside: Facts = {
  ...hostTeeFacts('sealed'),
  place: { ...hostTeeFacts('sealed').place, verdict: 'proven-inside', grade: 'B', toleratedLiars: 1 },
};
const PLACE = { verdict: 'proven-inside', grade: 'B', f: 1 } as const;
const placed = (
  place: Partial<Facts['place']> = {},
  facts: Partial<Facts> = {},
  more: Partial<DeviceEvidence> = {},
  conditions: Partial<LicenceConditions> = { minimumLevel: 'G2', minimumFacts: { place: PLACE } },
) => ({
  ...withEvidence({
    facts: { ...inside, place: { ...inside.place, ...place }, ...facts },
    placeUntil: plus(120),
    ...more,
  }),
  ...licence(conditions),
});
const audited = (auditUntil: Date | null) =>
  placed(
    { insideGeofence: true },
    { audit: { auditedAt: '2026-02-01T00:00:00Z', tamperSignal: false } },
    { auditUntil },
    { minimumLevel: 'G4', minimumFacts: undefined },
  );
const auditedBy = (audit: FacilityState['audit']) => ({
  ...audited(plus(90)),
  facilities: [{ ...facility, audit }],
});

const H100 = { model: 'H100', quantity: 1 };

/** For every reason, what brings about that reason and no other. */
const ALONE: readonly (readonly [code: string, changed: Partial<DecisionInput>])[] = [
  ['licence.not-yet-valid', licence({ validFrom: plus(1).toISOString() })],
  ['licence.expired', licence({ validUntil: at.toISOString() })],
  ['licence.suspended', licence({}, { status: 'suspended' })],
  ['licence.revoked', licence({}, { status: 'revoked' })],
  ['licence.held', latch('licence', 'licence-1')],
  ['request.purpose-not-named', { ...licence({ purpose: 'inference' }), purpose: 'frontier-training' }],
  ['licence.no-devices', licence({ devices: [] })],
  ['request.no-devices', { requested: [] }],
  ['request.device-not-named', { requested: ['tpm-1', 'tpm-2'] }],
  ['party.unknown', { parties: [party('exporter')] }],
  ['party.unscreened', withParty({ standing: 'unscreened' })],
  ['party.screening-lapsed', withParty({ clearUntil: at })],
  ['party.denied', withParty({ standing: 'denied' })],
  ['party.held', latch('party', 'end-user')],
  ['facility.unknown', { facilities: [] }],
  ['facility.not-authorised', { facilities: [{ ...facility, authorisation: 'proposed' }] }],
  ['facility.authorisation-lapsed', { facilities: [{ ...facility, authorisedUntil: at }] }],
  ['facility.revoked', { facilities: [{ ...facility, authorisation: 'revoked' }] }],
  ['facility.held', latch('facility', 'fra1')],
  [
    'facility.cluster-too-large',
    { ...licence({ maxClusterDevices: 8 }), clusters: [{ facilityId: 'fra1', granted: 8 }] },
  ],
  ['input.unavailable', licence({ maxClusterDevices: 8 })],
  ['device.unknown', { devices: [] }],
  ['party.parent-denied', withParty({ deniedParents: ['owner'] })],
  ['party.screening-outdated', withParty({ listVersion: '2026-1', currentListVersion: '2026-2' })],
  ['facility.not-yet-authorised', { facilities: [{ ...facility, authorisedFrom: plus(1) }] }],
  ['facility.tier-denied', { facilities: [{ ...facility, tier: 'denied' }] }],
  ['device.not-in-service', withDevice({ lifecycle: 'retired' })],
  ['device.missing', withDevice({ lifecycle: 'missing' })],
  ['device.in-maintenance', withDevice({ lifecycle: 'maintenance' })],
  ['device.returned', withDevice({ lifecycle: 'returned' })],
  ['device.transferred', withDevice({ lifecycle: 'transferred' })],
  ['device.no-facility', withDevice({ facilityId: null })],
  [
    'device.facility-not-named',
    { ...withDevice({ facilityId: 'ams1' }), facilities: [facility, { ...facility, id: 'ams1' }] },
  ],
  ['device.no-host', withDevice({ hostId: null })],
  ['device.held', latch('device', 'tpm-1')],
  ['device.serial-operator-claimed', withDevice({ serialLink: 'operator-claimed' })],
  ['device.serial-contradicted', withDevice({ serialLink: 'contradicted' })],
  ['device.model-unknown', { ...withDevice({ kind: 'gpu' }), ...licence({ models: [H100] }) }],
  [
    'device.model-not-named',
    { ...withDevice({ kind: 'gpu', model: 'H200' }), ...licence({ models: [H100] }) },
  ],
  [
    'licence.too-many-of-model',
    {
      devices: ['tpm-1', 'tpm-2'].map((id) => ({ ...device, id, kind: 'gpu', model: 'H100' })),
      ...licence({ models: [H100], devices: ['tpm-1', 'tpm-2'] }),
    },
  ],
  ['device.user-not-named', withDevice({ userId: 'stranger' })],
  ['device.user-not-named', { ...withDevice({ userId: 'exporter' }), ...licence({ endUser: 'end-user' }) }],
  [
    'device.model-disagrees',
    withDevice({ modelDisagreement: 'declared as H100, proven to be GB100 (B200)' }),
  ],
  ['device.level-too-low', licence({ minimumLevel: 'G3' })],
  ['device.fact-too-low', licence({ minimumFacts: { host: 'tee' } })],
  ['device.fact-too-low', licence({ minimumFacts: { host: 'unheard-of' as 'tee' } })], // of another version's table
  ['device.keys-extractable', placed({ keyCustody: 'operator-extractable' })],
  ['device.not-bound-to-host', placed({}, { gpuBinding: 'none' })],
  ['device.place-lapsed', placed({}, {}, { placeUntil: at })],
  ['device.audit-lapsed', audited(at)],
  ['facility.auditor-related', auditedBy({ standing: 'related', to: 'importer' })],
  ['facility.auditor-unproven', auditedBy({ standing: 'unproven', to: 'operator' })],
  [
    'device.place-forbidden',
    withEvidence({
      facts: {
        ...evidence.facts,
        place: { ...evidence.facts.place, verdict: 'proven-outside' },
      },
    }),
  ],
  [
    'device.place-inconsistent',
    withEvidence({
      facts: {
        ...evidence.facts,
        place: { ...evidence.facts.place, verdict: 'inconsistent' },
      },
    }),
  ],
  ['host.held', latch('host', 'host-1')],
  ['host.reference-set-not-accepted', withEvidence({ referenceSets: ['another'] })],
  ['evidence.absent', withDevice({ evidence: null })],
  ['evidence.refused', withEvidence({ outcome: 'refused' })],
  ['evidence.stale', withEvidence({ nonceIssuedAt: plus(-3600) })],
  ['evidence.lapsed', withEvidence({ validUntil: at })],
  ['evidence.from-the-future', withEvidence({ nonceIssuedAt: plus(0.001) })],
  ['input.unavailable', { latches: 'unavailable' }],
];

/** Codes that other parts of a decision give, and the test in which each of them alone denies. */
const ELSEWHERE = [
  ...['licence.no-models', 'request.no-chips', 'request.model-not-named', 'request.quantity-too-large'], // allocation.test.ts
  ...DECISION_CODES.filter((code) => /^(?:ledger|quota|chip)\.|^device\.leased-/.test(code)), // test/service/ledger
  ...['licence.no-rule-packs', 'pack.not-in-force', 'pack.unsound'], // packs/decide.test.ts
  ...['pack.owners-undeclared', 'pack.model-uncounted', 'pack.group-too-large'], // packs/group-gaps.test.ts
];

describe('decide', () => {
  it('allows what satisfies every condition, until the first of them ends', () => {
    const verdict = decide(input);
    expect(verdictSchema.parse(verdict)).toEqual(verdict);
    expect(verdict).toMatchObject({
      outcome: 'allow',
      reasons: [],
      validUntil: plus(3540).toISOString(),
      devices: [
        {
          id: 'tpm-1',
          allowed: true,
          level: 'G2',
          label: 'G2-tpm',
          waived: [],
          evidenceIssuedAt: plus(-60).toISOString(),
          evidenceExpiresAt: plus(3540).toISOString(),
          reasons: [],
        },
      ],
    });
  });

  it.each(ALONE)('%s alone denies', (code, changed) => {
    const verdict = decide({ ...input, ...changed });
    expect(verdict.reasons.map((reason) => reason.code)).toEqual([code]);
    expect(verdict).toMatchObject({ outcome: 'deny', validUntil: null });
    for (const reason of verdict.reasons) {
      expect(reason.subject).toMatch(/^(?:licence|party|facility|device|host|verifier):./);
      expect(reason.sentence).toMatch(/\.$/);
      expect(reason.mend).toMatch(/\.$/);
    }
  });

  it('has a test for every code that it can give', () => {
    const clockless = codes({ at: new Date(Number.NaN) });
    expect(clockless).toContain('input.no-instant');
    const tested = [...ALONE.map(([code]) => code), ...ELSEWHERE, 'input.no-instant'];
    expect([...new Set(tested)].sort()).toEqual([...DECISION_CODES].sort());
  });

  it('collects every reason, not the first', () => {
    const all = codes({
      ...licence({ validUntil: at.toISOString() }, { status: 'suspended' }),
      ...withDevice({ facilityId: 'ams1', evidence: null }),
      parties: [],
    });
    expect(all).toEqual([
      'licence.expired',
      'licence.suspended',
      'party.unknown',
      'party.unknown',
      'device.facility-not-named',
      'facility.unknown',
      'evidence.absent',
    ]);
  });

  it.each(['devices', 'facilities', 'parties', 'latches', 'clusters'] as const)(
    'denies when %s cannot be read',
    (name) => {
      expect(codes({ [name]: 'unavailable' })).toContain('input.unavailable');
      const { reasons, outcome } = decide({ ...input, [name]: undefined } as unknown as DecisionInput); // as a caller without types could
      expect(outcome).toBe('deny');
      expect(reasons).toMatchObject([
        { code: 'input.unavailable', kind: 'unavailable' },
        ...reasons.slice(1),
      ]);
    },
  );

  it('denies instants that are none', () => {
    const never = new Date(Number.NaN);
    for (const changed of [
      { at: never },
      licence({ validFrom: 'soon' }),
      licence({ validUntil: 'later' }),
      licence({ evidenceMaxAgeSeconds: Number.NaN }),
      withEvidence({ nonceIssuedAt: never }),
      withEvidence({ validUntil: never }),
      withParty({ clearUntil: never }),
      { facilities: [{ ...facility, authorisedFrom: never }] },
      { facilities: [{ ...facility, authorisedUntil: never }] },
    ]) {
      expect(decide({ ...input, ...changed }).outcome).toBe('deny');
    }
  });

  it('counts the devices of a cluster, with those that are granted already', () => {
    const limited = licence({ maxClusterDevices: 8, endUser: 'end-user' });
    expect(codes({ ...limited, clusters: [{ facilityId: 'fra1', granted: 7 }] })).toEqual([]);
    expect(codes({ ...limited, clusters: [{ facilityId: 'ams1', granted: 0 }] })).toEqual([
      'input.unavailable',
    ]);
  });

  it('counts the age of evidence from its nonce, to the millisecond', () => {
    const expiry = (ms: number) => withEvidence({ nonceIssuedAt: new Date(plus(-3600).getTime() + ms) });
    expect(codes(expiry(0))).toEqual(['evidence.stale']);
    expect(decide({ ...input, ...expiry(1) })).toMatchObject({
      outcome: 'allow',
      validUntil: new Date(at.getTime() + 1).toISOString(),
    });
  });

  it.each<[string, Partial<DecisionInput>, Date]>([
    ['the licence', licence({ validUntil: plus(10).toISOString() }), plus(10)],
    ['keys and certificates', withEvidence({ validUntil: plus(20) }), plus(20)],
    ["a party's screening", withParty({ clearUntil: plus(30) }), plus(30)],
    ["a device's deadline", withDevice({ usableUntil: plus(50) }), plus(50)],
    ["a facility's authorisation", { facilities: [{ ...facility, authorisedUntil: plus(40) }] }, plus(40)],
  ])('ends with %s when that ends first', (_, changed, end) => {
    expect(decide({ ...input, ...changed })).toMatchObject({
      outcome: 'allow',
      validUntil: end.toISOString(),
    });
  });

  it('lets a licence waive a weakness by name, and says so', () => {
    const claimed = withDevice({ serialLink: 'operator-claimed' });
    const verdict = decide({ ...input, ...claimed, ...licence({ waivers: ['operator-claimed-serial'] }) });
    expect(verdict).toMatchObject({ outcome: 'allow', devices: [{ waived: ['operator-claimed-serial'] }] });
  });

  it('rests on a place until its proof ends, and on an audit likewise', () => {
    expect(decide({ ...input, ...placed() })).toMatchObject({
      outcome: 'allow',
      validUntil: plus(120).toISOString(),
    });
    expect(decide({ ...input, ...audited(plus(90)) })).toMatchObject({
      outcome: 'allow',
      devices: [{ level: 'G4' }],
      validUntil: plus(90).toISOString(),
    });
    expect(codes(placed({}, {}, { placeUntil: null }))).toEqual(['device.place-lapsed']);
    expect(codes(audited(null))).toEqual(['device.audit-lapsed']);
  });

  it('counts an audit by nobody who is related, and levels fall with it', () => {
    const by = (audit: FacilityState['audit'], minimumLevel: 'G3' | 'G4' = 'G4') => {
      const asked = auditedBy(audit);
      const conditions = { ...asked.licence.conditions, minimumLevel };
      return decide({ ...input, ...asked, licence: { ...asked.licence, conditions } });
    };
    expect(by({ standing: 'independent', to: null })).toMatchObject({
      outcome: 'allow',
      devices: [{ level: 'G4' }],
    });
    for (const audit of [
      { standing: 'related', to: 'exporter' },
      { standing: 'unproven', to: 'auditor' },
    ] as const) {
      expect(by(audit)).toMatchObject({ outcome: 'deny', devices: [{ level: 'G3', allowed: false }] });
      // Who asks for no audit is not told of it.
      expect(by(audit, 'G3')).toMatchObject({ outcome: 'allow', reasons: [], devices: [{ level: 'G3' }] });
    }
  });

  it.each([
    [
      'another verdict',
      { verdict: 'inconclusive', grade: null, toleratedLiars: null },
      ['device.fact-too-low'],
    ],
    ['too low an f', { toleratedLiars: 0 }, ['device.fact-too-low']],
    ['no f', { toleratedLiars: null }, ['device.fact-too-low']],
    ['a higher f at the weaker grade', { grade: 'A', toleratedLiars: 0, byGrade: { A: 0, B: 1 } }, []],
    ['a stronger grade', { grade: 'A', toleratedLiars: 1 }, []],
  ] as const)('compares the proof of place with what the licence asks: %s', (_, place, expected) => {
    expect(codes(placed(place))).toEqual(expected);
  });

  it('takes no grade B for grade A', () => {
    const strict = { minimumLevel: 'G2', minimumFacts: { place: { ...PLACE, grade: 'A' } } } as const;
    expect(codes(placed({ byGrade: { A: 0, B: 3 } }, {}, {}, strict))).toEqual(['device.fact-too-low']);
    expect(codes(placed({}, {}, {}, strict))).toEqual(['device.fact-too-low']);
  });

  describe('waivers of what the place rests on', () => {
    const g3 = (waivers: Weakness[]) => ({ minimumLevel: 'G3', minimumFacts: undefined, waivers }) as const;

    it('lets G3 rest on a report that could be relayed, and says so', () => {
      const gpu = { gpuBinding: 'none' } as const;
      expect(codes(placed({}, gpu, {}, g3([])))).toEqual(['device.level-too-low']);
      expect(decide({ ...input, ...placed({}, gpu, {}, g3(['gpu-binding'])) })).toMatchObject({
        outcome: 'allow',
        devices: [{ level: 'G2', label: 'G2-tee', facts: gpu, waived: ['gpu-binding'] }],
        validUntil: plus(120).toISOString(),
      });
      const { devices } = decide({ ...input, ...placed({}, {}, {}, g3(['gpu-binding'])) });
      expect(devices).toMatchObject([{ level: 'G3', waived: [] }]);
    });

    it('lets nothing else of G3 be missed', () => {
      const all: Weakness[] = ['operator-claimed-serial', 'gpu-binding', 'operator-extractable'];
      for (const [place, facts] of [
        [{ keyCustody: 'operator-extractable' }, {}],
        [{}, { host: 'tee' }],
        [{}, { device: 'declared' }],
        [{ verdict: 'inconclusive' }, {}],
        [{ grade: null }, {}],
        [{ toleratedLiars: 0 }, {}],
      ] as const) {
        const weak = placed(place, { ...facts, ...{ gpuBinding: 'none' } }, {}, g3(all));
        expect(codes(weak)).toEqual(['device.level-too-low']);
      }
    });

    it('lets the devices of a located bare-metal host be used only by both names', () => {
      const tpm = hostTpmFacts(true);
      const facts = deviceFactsUnder(
        { ...tpm, place: { ...inside.place, keyCustody: 'operator-extractable' } },
        'declared',
      );
      const under = (waivers: Weakness[]) =>
        placed(
          {},
          facts,
          {},
          { minimumLevel: undefined, minimumFacts: { host: 'tpm', place: PLACE }, waivers },
        );
      expect(codes(under([]))).toEqual(['device.keys-extractable', 'device.not-bound-to-host']);
      expect(codes(under(['gpu-binding']))).toEqual(['device.keys-extractable']);
      expect(codes(under(['operator-extractable']))).toEqual(['device.not-bound-to-host']);
      const both = decide({ ...input, ...under(['gpu-binding', 'operator-extractable']) });
      expect(both).toMatchObject({
        outcome: 'allow',
        devices: [{ level: 'G0', waived: ['operator-extractable', 'gpu-binding'] }],
      });
    });
  });

  it('shows no facts of refused evidence', () => {
    const [row] = decide({ ...input, ...withEvidence({ outcome: 'refused' }) }).devices;
    expect(row).toMatchObject({ allowed: false, level: null, label: null, facts: null });
  });

  it('asks every device, and each row tells its own reasons', () => {
    const gpu: DeviceState = {
      ...device,
      id: 'gpu-1',
      kind: 'gpu',
      evidence: { ...evidence, facts: deviceFactsUnder(evidence.facts, 'declared') },
    };
    const both = { devices: [device, gpu], ...licence({ devices: ['tpm-1', 'gpu-1'] }) };
    expect(decide({ ...input, ...both }).devices).toMatchObject([
      { id: 'tpm-1', allowed: true, reasons: [] },
      { id: 'gpu-1', allowed: false, level: 'G0', reasons: ['device.level-too-low', 'device.fact-too-low'] },
    ]);
    expect(decide({ ...input, ...both, requested: ['tpm-1'] }).outcome).toBe('allow');
  });

  it('accepts any approved set, or none, only when the licence says so', () => {
    const unmatched = withEvidence({ referenceSets: [], facts: hostTpmFacts(false) });
    const g1 = { minimumLevel: 'G1', minimumFacts: undefined } as const;
    const { minimumFacts: _, ...rest } = { ...conditions, ...g1 };
    const under = (referenceSets: LicenceConditions['referenceSets']) =>
      codes({ ...unmatched, licence: { ...input.licence, conditions: { ...rest, referenceSets } } });
    expect(under('any-approved')).toEqual(['host.reference-set-not-accepted']);
    expect(under('not-required')).toEqual([]);
    expect(codes(licence({ referenceSets: 'any-approved' }))).toEqual([]);
  });

  it('ignores latches on what the decision does not rest on', () => {
    for (const [kind, id] of [
      ['device', 'tpm-2'],
      ['host', 'tpm-1'],
      ['facility', 'ams1'],
      ['party', 'stranger'],
      ['licence', 'licence-2'],
    ] as const) {
      expect(codes(latch(kind, id))).toEqual([]);
    }
  });

  it('gives the reason of a facility once, however many devices stand there', () => {
    const two = {
      devices: [device, { ...device, id: 'tpm-2' }],
      ...licence({ devices: ['tpm-1', 'tpm-2'] }),
    };
    const verdict = decide({ ...input, ...two, facilities: [] });
    expect(verdict.reasons.map(({ code }) => code)).toEqual(['facility.unknown']);
    expect(verdict.devices.map(({ reasons }) => reasons)).toEqual([
      ['facility.unknown'],
      ['facility.unknown'],
    ]);
  });

  it('decides ten thousand devices in well under a second', () => {
    const ids = Array.from({ length: 10_000 }, (_, index) => `tpm-${index}`);
    const many = {
      devices: ids.map((id) => ({ ...device, id })),
      latches: ids.map((id) => ({
        subject: { kind: 'device' as const, id: `x${id}` },
        code: 'c',
        sentence: 's.',
      })),
      ...licence({ devices: ids }),
    };
    // Of its own time on a processor: how busy the machine is says nothing of the code.
    const start = process.cpuUsage();
    expect(decide({ ...input, ...many }).outcome).toBe('allow');
    expect(process.cpuUsage(start).user / 1000).toBeLessThan(1000);
  });

  it('never allows more by knowing less', () => {
    // What needs a licence and a device that go together says nothing of either with another.
    const single = ALONE.filter(([, changed]) => !('licence' in changed && 'devices' in changed));
    const change = fc.constantFrom(...single.map(([, changed]) => changed));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        const merged: Partial<DecisionInput> = Object.assign({}, ...changes);
        expect(decide({ ...input, ...merged }).outcome).toBe('deny');
      }),
    );
  });
});

describe('licence conditions', () => {
  const valid = (changed: object): boolean =>
    licenceConditions.safeParse({ ...conditions, ...changed }).success;

  it.each([
    ['no level and no facts', { minimumLevel: undefined, minimumFacts: undefined }],
    ['a level that asks for nothing', { minimumLevel: 'G0', minimumFacts: undefined }],
    ['facts that ask for nothing', { minimumLevel: undefined, minimumFacts: { device: 'declared' } }],
    ['no devices', { devices: [] }],
    ['no facilities', { facilities: [] }],
    ['no parties', { parties: [] }],
    ['no word about reference sets', { referenceSets: undefined }],
    ['no reference set', { referenceSets: [] }],
    ['no age', { evidenceMaxAgeSeconds: undefined }],
    ['an endless age', { evidenceMaxAgeSeconds: 1e9 }],
    ['an end before its beginning', { validUntil: '2025-01-01T00:00:00Z' }],
    ['an instant with an offset', { validUntil: '2027-01-01T00:00:00+01:00' }],
    ['an unknown waiver', { waivers: ['everything'] }],
    ['an unknown member', { minimunLevel: 'G2' }],
  ])('are refused with %s', (_, changed) => {
    expect(valid(changed)).toBe(false);
  });

  it('may ask for facts alone', () => {
    expect(valid({ minimumLevel: undefined, minimumFacts: { host: 'tpm' } })).toBe(true);
    expect(valid({ minimumLevel: undefined, minimumFacts: { place: PLACE } })).toBe(true);
    expect(valid({ minimumFacts: { place: { ...PLACE, verdict: 'inconclusive' } } })).toBe(false);
    expect(valid({ minimumFacts: { place: { verdict: 'proven-inside' } } })).toBe(false);
  });
});
