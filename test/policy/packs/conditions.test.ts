import { describe, expect, it } from 'vitest';
import type { LicenceConditions } from '../../../src/policy/licence.ts';
import { decideWeighed } from '../../../src/policy/packs/index.ts';
import { basis, type Change, conditions, gpu, partyState, plus, weighed } from './scenario.ts';

const { leases } = weighed.ledger;
const drawing = (more: object): Change => ({
  ledger: { allocation: null, leases: leases && { ...leases, ...more } },
});
/** One host that would draw 3,600 x 10^12 operations and 10 TPP. */
const HOST = {
  hostId: 'host-1',
  untilMs: plus(3600).getTime(),
  tpp: 10,
  rateE12: 1,
  unknown: [],
  sameTerms: false,
  lease: null,
  elsewhere: [],
};
const quota = (taken: number): Change =>
  drawing({ payer: 'p', hosts: [HOST], quota: { cap: 3_600, windowDays: 1, taken, fitsFromMs: null } });
const inUse = (taken: number): Change => drawing({ hosts: [HOST], tppInUse: { cap: 10, taken } });

/** Every condition that a licence can have, each as the fleet keeps it. */
const EVERYTHING: Required<LicenceConditions> = {
  ...conditions,
  minimumLevel: 'G2',
  minimumFacts: { device: 'attested', host: 'tee' },
  placeDisclosure: 'area-only',
  waivers: ['operator-claimed-serial'],
  consignee: 'consignee',
  endUser: 'end-user',
  purpose: 'inference',
  basis: 'lpp',
  certifications: ['recipient-security'],
  models: [{ model: 'H100', quantity: 1 }],
  tppCap: 10,
  computeQuota: { operationsE12: 3_600, windowDays: 1 },
  metering: { sources: ['meter'], leastPercent: 50, reportWithinSeconds: 3_600 },
  leaseSeconds: 3_600,
  graceSeconds: 600,
  maxClusterDevices: 10,
};

type Case = {
  /** What keeps it, where that needs more than the fleet as it is. */
  readonly kept?: Change;
  readonly broken: Change;
  /** Exactly these. */
  readonly codes: readonly string[];
};
const license = (more: Partial<LicenceConditions>): Change => ({ conditions: more });
const MISSING = 'pack.attribute-missing';

/**
 * What breaks each condition alone. Those that are `null` deny by no code of the gate's: packs read them (examples.test.ts), or they
 * say how long a grant lasts (test/service/grant/issue.test.ts), what is given back (test/service/ledger), when a licence is suspended (test/policy/lifecycle.test.ts) and what
 * is shown to whom (test/end-to-end/location-changes.test.ts).
 */
const CASES: { readonly [K in keyof Required<LicenceConditions>]: Case | null } = {
  validFrom: { broken: license({ validFrom: '2026-03-02T00:00:00Z' }), codes: ['licence.not-yet-valid'] },
  validUntil: { broken: license({ validUntil: '2026-03-01T12:00:00Z' }), codes: ['licence.expired'] },
  parties: {
    broken: { parties: ['consignee', 'end-user'].map((id) => partyState(id)) },
    codes: ['party.unknown', MISSING],
  },
  facilities: { broken: license({ facilities: ['elsewhere'] }), codes: ['device.facility-not-named'] },
  devices: {
    broken: { ...license({ devices: ['guest-1'] }), requested: ['guest-1', 'gpu-1'] },
    codes: ['request.device-not-named'],
  },
  minimumLevel: { broken: license({ minimumLevel: 'G3' }), codes: ['device.level-too-low'] },
  minimumFacts: {
    broken: license({ minimumFacts: { device: 'attested', host: 'sealed' } }),
    codes: ['device.fact-too-low'],
  },
  evidenceMaxAgeSeconds: { broken: license({ evidenceMaxAgeSeconds: 60 }), codes: ['evidence.stale'] },
  referenceSets: {
    broken: license({ referenceSets: ['another'] }),
    codes: ['host.reference-set-not-accepted'],
  },
  placeDisclosure: null,
  waivers: {
    kept: { device: { serialLink: 'operator-claimed' } },
    broken: { ...license({ waivers: [] }), device: { serialLink: 'operator-claimed' } },
    codes: ['device.serial-operator-claimed'],
  },
  rulePacks: {
    broken: license({ rulePacks: [{ name: 'base', version: '9.0.0' }] }),
    codes: ['pack.not-in-force'],
  },
  consignee: {
    broken: { ...license({ consignee: undefined }), told: { consignee: null } },
    codes: [MISSING],
  },
  endUser: {
    kept: { device: { userId: 'end-user' } },
    broken: { device: { userId: 'consignee' } },
    codes: ['device.user-not-named'],
  },
  purpose: {
    kept: { purpose: 'inference' },
    broken: { purpose: 'training' },
    codes: ['request.purpose-not-named'],
  },
  basis: null,
  certifications: null,
  models: {
    broken: license({ models: [{ model: 'B200', quantity: 8 }] }),
    codes: ['device.model-not-named'],
  },
  tppCap: { kept: inUse(0), broken: inUse(1), codes: ['ledger.tpp-exceeded'] },
  computeQuota: { kept: quota(0), broken: quota(1), codes: ['quota.exhausted'] },
  metering: null,
  leaseSeconds: null,
  graceSeconds: null,
  maxClusterDevices: {
    kept: { clusters: [{ facilityId: 'fra1', granted: 8 }] },
    broken: { clusters: [{ facilityId: 'fra1', granted: 9 }] },
    codes: ['facility.cluster-too-large'],
  },
};

/** Under all conditions at once: what else changes is the change's. */
function codes({ conditions: terms, ...change }: Change): string[] {
  const clusters = [{ facilityId: 'fra1', granted: 0 }];
  const { reasons } = decideWeighed(basis({ clusters, ...change, conditions: { ...EVERYTHING, ...terms } }));
  return [...new Set(reasons.map(({ code }) => code))];
}

describe('a licence with every condition', () => {
  it('is allowed while all of them hold', () => {
    expect(codes({})).toEqual([]);
    expect(gpu.model).toBe('H100');
  });

  const cases = Object.entries(CASES).flatMap(([name, one]) => (one === null ? [] : [[name, one] as const]));
  it.each(cases)('is denied for %s alone, by exactly its reasons', (_, { kept, broken, codes: expected }) => {
    if (kept !== undefined) expect(codes(kept)).toEqual([]);
    expect(codes(broken)).toEqual(expected);
  });
});
