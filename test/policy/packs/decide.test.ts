import { describe, expect, it } from 'vitest';
import { hostTeeFacts } from '../../../src/appraisal/facts.ts';
import type { FacilityState, PartyState } from '../../../src/policy/inputs.ts';
import { decideWeighed, type LoadedPack, PackAnswers } from '../../../src/policy/packs/index.ts';
import type { Told } from '../../../src/policy/told.ts';
import type { Facts } from '../../../src/protocol/facts.ts';
import { base, basis, type Change, conditions, partyState, plus, told, weighed } from './scenario.ts';

const codes = (change: Change): string[] => decideWeighed(basis(change)).reasons.map(({ code }) => code);
const owner = (more: object): Told['consignee'] & object =>
  ({ ...(told.consignee as object), ...more }) as never;
const user = (more: object): Told['endUser'] & object => ({ ...(told.endUser as object), ...more }) as never;
const deliveries = (verifiedSharePercent: number, missingSharePercent: number): Change => ({
  told: { deliveries: { verifiedSharePercent, missingSharePercent } },
});
const parties = (more: Partial<PartyState>, id = 'end-user') => ({
  parties: ['exporter', 'consignee', 'end-user'].map((one) => partyState(one, one === id ? more : {})),
});
const party = (standing: 'denied' | 'unscreened', id?: string) => parties({ standing }, id);
const standing = (more: Partial<FacilityState>): Change => ({
  facilities: weighed.facilities.map((one) => ({ ...one, ...more })),
});
/** A sealed guest inside its area, and whatever is bound to it. */
const sealed: Facts = {
  ...hostTeeFacts('sealed'),
  place: { ...hostTeeFacts('sealed').place, verdict: 'proven-inside', grade: 'B', toleratedLiars: 1 },
};
const purpose = (named: string): Change => ({ conditions: { purpose: named } });

/** What is wrong -> exactly the reasons, of the gate and of the pack. */
const SCENARIOS: readonly (readonly [what: string, change: Change, codes: readonly string[]])[] = [
  // 2. Party, ultimate parent or tier denied: deny.
  ['a denied party', party('denied'), ['party.denied', 'base.not-screened']],
  [
    'headquarters that are denied',
    { told: { consignee: owner({ headquarters: 'MO' }) } },
    ['base.headquarters-denied'],
  ],
  [
    'a parent that is denied',
    { told: { consignee: owner({ parents: ['SG', 'CN'] }) } },
    ['base.parent-denied'],
  ],
  ['parents unknown', { told: { consignee: owner({ chainComplete: false }) } }, ['base.parents-unknown']],
  [
    'an end user led from Macau',
    { told: { endUser: user({ headquarters: 'MO' }) } },
    ['base.end-user-headquarters-denied'],
  ],
  [
    'an end user owned from China',
    { told: { endUser: user({ parents: ['CN'] }) } },
    ['base.end-user-parent-denied'],
  ],
  [
    "an end user's parents unknown",
    { told: { endUser: user({ chainComplete: false }) } },
    ['base.end-user-parents-unknown'],
  ],
  ['a tier without a proven place', standing({ tier: 'tier-2' }), ['base.place-unproven']],
  // 3. Screening is clear and younger than the list version.
  [
    'a party that nobody screened',
    party('unscreened', 'exporter'),
    ['party.unscreened', 'base.not-screened'],
  ],
  [
    'an older list for all',
    { parties: weighed.parties.map((one) => ({ ...one, listVersion: '2026-01' })) },
    [...Array<string>(3).fill('party.screening-outdated'), 'base.screening-outdated'],
  ],
  [
    'an older list',
    parties({ listVersion: '2026-01' }, 'exporter'),
    ['party.screening-outdated', 'pack.attribute-missing'],
  ],
  ['a denied tier', standing({ tier: 'denied' }), ['facility.tier-denied', 'base.place-unproven']],
  [
    'an authorisation that is to begin',
    standing({ authorisedFrom: plus(1) }),
    ['facility.not-yet-authorised', 'base.facility-not-authorised'],
  ],
  ['a missing device', { device: { lifecycle: 'missing' } }, ['device.missing']],
  // 4. Device, model, facility and end user are named on the licence.
  ['a device that is not named', { requested: ['gpu-1', 'gpu-9'] }, ['request.device-not-named']],
  ['a purpose that is not named', { purpose: 'frontier-training' }, ['request.purpose-not-named']],
  // 6. Evidence older than the licence allows.
  ['stale evidence', { evidence: { nonceIssuedAt: plus(-3600) } }, ['evidence.stale']],
  [
    'evidence too old for the purpose',
    {
      ...purpose('frontier-training'),
      conditions: { purpose: 'frontier-training', evidenceMaxAgeSeconds: 7200 },
      evidence: { nonceIssuedAt: plus(-3601) },
    },
    ['base.place-unproven', 'base.not-continuous'],
  ],
  // 9. Failures latch.
  [
    'a hold',
    { latches: [{ subject: { kind: 'host', id: 'host-1' }, code: 'x', sentence: 'It is held.' }] },
    ['host.held'],
  ],
  // 10. Too many missing devices.
  ['too many missing', deliveries(94, 6), ['base.too-many-missing']],
  ['a high-risk purpose without a proven place', purpose('frontier-training'), ['base.place-unproven']],
  [
    'a pack that is not in force',
    { named: [{ name: 'base', version: '1.0.0', digest: null }] },
    ['pack.not-in-force'],
  ],
  ['a pack that was not looked for', { named: [] }, ['pack.not-in-force']],
  ['a pack that this verifier finds unsound', { packs: () => null }, ['pack.unsound']],
  ['a licence of before packs were named', { conditions: { rulePacks: [] } }, ['licence.no-rule-packs']],
];

describe('a use under a licence and its packs', () => {
  it('is allowed when everything holds, until the first end', () => {
    expect(decideWeighed(basis())).toMatchObject({
      outcome: 'allow',
      reasons: [],
      validUntil: plus(3540).toISOString(),
    });
  });

  it.each(SCENARIOS)('is denied for %s, and for nothing else', (_, change, expected) => {
    const verdict = decideWeighed(basis(change));
    expect(verdict).toMatchObject({ outcome: 'deny', validUntil: null });
    expect(verdict.reasons.map(({ code }) => code)).toEqual(expected);
    for (const { subject, mend, sentence } of verdict.reasons) {
      expect(subject).toMatch(/^(?:licence|party|facility|device|host|rule-pack):./);
      expect([mend, sentence].join(' ')).toMatch(/\.$/);
    }
  });

  it('ends when the pack would deny, where that is before the licence would', () => {
    const frontier = (conditions: Change['conditions'], issued: number): Change => ({
      conditions: { purpose: 'frontier-training', evidenceMaxAgeSeconds: 86_400, ...conditions },
      evidence: { facts: sealed, placeUntil: plus(80_000), nonceIssuedAt: plus(issued) },
      device: {},
    });
    const all = (change: Change) => {
      const made = basis(change);
      const devices = made.weighed.devices.map((one) => ({
        ...one,
        evidence: made.weighed.devices[1]?.evidence ?? null,
      }));
      return decideWeighed({ ...made, weighed: { ...made.weighed, devices } });
    };
    // Of an hour at most, whatever the licence would allow: to the millisecond.
    expect(all(frontier({}, -60))).toMatchObject({
      outcome: 'allow',
      validUntil: plus(3540.001).toISOString(),
    });
    expect(all(frontier({}, -3600))).toMatchObject({
      outcome: 'allow',
      validUntil: plus(0.001).toISOString(),
    });
    expect(all(frontier({}, -3601)).outcome).toBe('deny');
    expect(all(frontier({ evidenceMaxAgeSeconds: 600 }, -60)).validUntil).toBe(plus(540).toISOString());
    expect(all({ ...frontier({}, -60), conditions: { evidenceMaxAgeSeconds: 90_000 } }).validUntil).toBe(
      plus(86_340.001).toISOString(),
    );
  });

  it('asks no pack where the licence says none', () => {
    const change = { conditions: { rulePacks: 'none' as const }, named: [], told: { consignee: null } };
    expect(decideWeighed(basis(change)).outcome).toBe('allow');
  });

  it('is denied when anything that the pack reads is not known', () => {
    const missing: readonly (readonly [path: string, change: Change])[] = [
      ['consignee.headquarters', { told: { consignee: owner({ headquarters: null }) } }],
      ['consignee.parents', { told: { consignee: owner({ parents: null }) } }],
      ['endUser.headquarters', { told: { endUser: user({ headquarters: null }) } }],
      ['endUser.parents', { told: { endUser: user({ parents: null }) } }],
      ['facility.tier', standing({ tier: null })],
      [
        'screening.currentListVersion',
        { parties: weighed.parties.map((one) => ({ ...one, currentListVersion: null })) },
      ],
      ['licence.purpose', { conditions: { purpose: undefined } }],
    ];
    for (const [path, change] of missing) {
      const { outcome, reasons } = decideWeighed(basis(change));
      expect([path, outcome, reasons.map(({ code, sentence }) => `${code} ${sentence}`)]).toEqual([
        path,
        'deny',
        [`pack.attribute-missing The rule pack needs ${path}, which is not known.`],
      ]);
    }
    for (const whole of ['consignee', 'endUser', 'facilities'] as const) {
      const change = { told: { [whole]: whole === 'facilities' ? [] : null } };
      expect(new Set(codes(change))).toEqual(new Set(['pack.attribute-missing']));
    }
    const unshown = codes({ device: { evidence: null } });
    expect(new Set(unshown)).toEqual(new Set(['evidence.absent', 'pack.attribute-missing']));
  });

  it('is denied by an error of the rules, whatever they would have said', () => {
    const policies = base.pack.policies.replaceAll(
      'context.screening.standing ==',
      '9223372036854775807 + 1 > 0 && context.screening.standing ==',
    );
    const rules = base.rules.map((rule) => ({
      ...rule,
      text: rule.text.replaceAll(
        'context.screening.standing ==',
        '9223372036854775807 + 1 > 0 && context.screening.standing ==',
      ),
    }));
    const erring: LoadedPack = {
      ...base,
      pack: { ...base.pack, policies },
      rules,
      digest: 'erring',
      slot: 'erring',
    };
    const named = [{ name: 'base', version: '1.0.0', digest: 'erring' }];
    expect(codes({ named, packs: () => erring })).toEqual(['pack.error']);
  });

  it('asks equal questions once, and never takes the answer to another', () => {
    const answers = new PackAnswers();
    const ask = (change: Change = {}) => decideWeighed({ ...basis(change), answers });
    expect(ask().outcome).toBe('allow');
    // Now, and when what was allowed would end.
    expect(answers.size).toBe(2);
    expect(ask({ licence: { id: 'licence-2', status: 'active', conditionsSha256: '' } }).outcome).toBe(
      'allow',
    );
    expect(ask({ evidence: { nonceIssuedAt: plus(-59) } }).outcome).toBe('allow');
    expect(answers.size).toBe(2);
    expect(ask(deliveries(94, 6)).reasons.map(({ code }) => code)).toEqual(['base.too-many-missing']);
    expect(ask().outcome).toBe('allow');
    expect(answers.size).toBe(3);
    const few = new PackAnswers(3);
    for (let share = 0; share < 10; share++) decideWeighed({ ...basis(deliveries(share, 0)), answers: few });
    expect(few.size).toBeLessThanOrEqual(3);
  });
});

describe('an allocation under a licence and its packs', () => {
  const allocate: Change = { action: 'allocate', devices: [], chips: [{ model: 'H100', quantity: 8 }] };

  it('weighs the verified share of earlier deliveries, and no evidence', () => {
    expect(decideWeighed(basis(allocate))).toMatchObject({
      outcome: 'allow',
      validUntil: new Date(conditions.validUntil).toISOString(),
    });
    expect(codes({ ...allocate, ...deliveries(89, 0) })).toEqual(['base.deliveries-unverified']);
    expect(codes({ ...allocate, ...deliveries(94, 6) })).toEqual(['base.too-many-missing']);
    expect(codes({ ...allocate, told: { deliveries: null } })).toEqual([
      'pack.attribute-missing',
      'pack.attribute-missing',
    ]);
  });

  it('keeps to the models and quantities of the licence', () => {
    expect(codes({ ...allocate, chips: [{ model: 'H100', quantity: 9 }] })).toEqual([
      'request.quantity-too-large',
    ]);
    expect(codes({ ...allocate, chips: [{ model: 'B200', quantity: 1 }] })).toEqual([
      'request.model-not-named',
    ]);
  });
});
