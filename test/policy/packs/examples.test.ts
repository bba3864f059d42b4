import { describe, expect, it } from 'vitest';
import { decideWeighed, replayDecision } from '../../../src/policy/packs/index.ts';
import type { Told } from '../../../src/policy/told.ts';
import { AT_BOTH_LIMITS, asking, computed, delivery, placed, stands, under } from './example-scenarios.ts';
import { type Change, plus, stored, told } from './scenario.ts';

function codes(name: string, change: Change): string[] {
  const made = under(name, change);
  const verdict = decideWeighed(made);
  // As an audit would decide again.
  expect(replayDecision(stored(made))).toEqual(verdict);
  expect(verdict.outcome).toBe(verdict.reasons.length === 0 ? 'allow' : 'deny');
  return verdict.reasons.map(({ code, sentence }) =>
    code === 'pack.attribute-missing' ? `needs ${/needs ([\w.]+)/.exec(sentence)?.[1]}` : code,
  );
}

const owned = (more: Partial<NonNullable<Told['consignee']>>): Partial<Told> => ({
  consignee: told.consignee && { ...told.consignee, ...more },
});

describe('the diffusion rule', () => {
  const diffusion = (change: Change) => codes('diffusion-2025', change);
  const leaning = (basis: string | undefined, facts: Partial<Told> = {}): Change =>
    delivery('DE', 7, { conditions: { basis }, told: { groupTpp: AT_BOTH_LIMITS, ...facts } });
  const sums = (more: Partial<Told['ledger']>): Partial<Told> => ({ ledger: { ...told.ledger, ...more } });

  it('asks what a licence leans on', () => {
    expect(diffusion(leaning('tier-1'))).toEqual([]);
    expect(diffusion(leaning('national-veu'))).toEqual(['diffusion.no-basis']);
    expect(diffusion(leaning(undefined))).toEqual(['needs licence.basis']);
  });

  it('excepts low processing performance, for one consignee and year', () => {
    const left = 26_900_000 - 2_368;
    expect(diffusion(leaning('lpp', sums({ consigneeYearTpp: left })))).toEqual([]);
    expect(diffusion(leaning('lpp', sums({ consigneeYearTpp: left + 1 })))).toEqual([
      'diffusion.lpp-exceeded',
    ]);
  });

  it('allots to countries, twice as much where their government agreed', () => {
    const left = 790_000_000 - 2_368;
    const [facility] = told.facilities;
    const agreed = (governmentAgreement: boolean, countryPeriodTpp: number): Change =>
      leaning('country-allocation', {
        ...sums({ countryPeriodTpp }),
        facilities: facility === undefined ? [] : [{ ...facility, country: 'DE', governmentAgreement }],
      });
    expect(diffusion(agreed(false, left))).toEqual([]);
    expect(diffusion(agreed(false, left + 1))).toEqual(['diffusion.allocation-exceeded']);
    expect(diffusion(agreed(true, left + 790_000_000))).toEqual([]);
    expect(diffusion(agreed(true, left + 790_000_001))).toEqual(['diffusion.allocation-exceeded']);
  });

  it('asks where owners are led from, up to the top', () => {
    expect(diffusion(leaning('lpp', owned({ chainComplete: false })))).toEqual(['diffusion.parents-unknown']);
    expect(diffusion(leaning('lpp', owned({ parents: ['DE', 'CN'] })))).toEqual([
      'diffusion.headquarters-tier-3',
    ]);
    expect(diffusion(leaning('tier-1', owned({ headquarters: 'IN' })))).toEqual(['diffusion.not-tier-1']);
  });

  it('lets a validated end user have three quarters in tier 1, and at most 7 % in any other country', () => {
    const [, ...rest] = AT_BOTH_LIMITS;
    const [home, abroad] = ['diffusion.veu-tier-1-share', 'diffusion.veu-tier-2-share'];
    expect(diffusion(asking(AT_BOTH_LIMITS))).toEqual([]);
    expect(diffusion(asking([stands('US', 74), stands('MX', 1), ...rest]))).toEqual([home]);
    expect(diffusion(asking([stands('US', 75), ...rest, stands('IN', 1)]))).toEqual([home, abroad]);
    expect(diffusion(asking([stands('US', 85), stands('IN', 1)]))).toEqual([abroad]);
    // Nobody has shown it to be there, or anywhere.
    expect(diffusion(asking([stands('US', 75, 'claimed'), ...rest]))).toEqual([home]);
    expect(diffusion(asking([stands('US', 92), stands(null, 1)]))).toEqual([abroad]);
  });

  it('denies where it is not known what the group has, or where the chips would go', () => {
    const unknown = ['needs ledger.largestTier2SharePercent', 'needs ledger.tier1SharePercent'];
    expect(diffusion(asking(null))).toEqual(unknown);
    const change = asking(AT_BOTH_LIMITS);
    const uncounted = { ...change, ledger: { leases: null, allocation: null } };
    expect(diffusion(uncounted)).toEqual(expect.arrayContaining(unknown));
    const two = { ...told.facilities[0], id: 'fra2', country: 'DE' } as Told['facilities'][number]; // the one there is, elsewhere
    const apart = {
      ...change,
      told: { ...change.told, facilities: [...(change.told?.facilities ?? []), two] },
    };
    expect(diffusion(apart)).toEqual(expect.arrayContaining(unknown));
  });
});

describe('the conditions for China and Macau', () => {
  /** Certification -> what its absence denies by. */
  const CERTIFIED = {
    'us-supply': 'china-2026.no-us-supply',
    'no-foundry-diversion': 'china-2026.foundry-diversion',
    'recipient-security': 'china-2026.no-recipient-security',
    'independent-test': 'china-2026.no-independent-test',
  };
  const DONE = Object.keys(CERTIFIED);
  const china = (change: Change) => codes('china-2026', change);
  const shipping = (
    certifications: readonly string[],
    destinationTpp: number,
    model = 'limit-below',
  ): Change =>
    delivery('CN', 7, {
      chips: [{ model, quantity: 1 }],
      conditions: { certifications: [...certifications], models: [{ model, quantity: 1 }] },
      told: { ledger: { ...told.ledger, destinationTpp, homeShipmentsTpp: 100_000 } },
    });

  it('are certified, and half of what was shipped at home is the most', () => {
    expect(china(shipping(DONE, 50_000 - 20_999))).toEqual([]);
    expect(china(shipping(DONE, 50_000 - 20_998))).toEqual(['china-2026.share-exceeded']);
    for (const [left, code] of Object.entries(CERTIFIED)) {
      expect(
        china(
          shipping(
            DONE.filter((one) => one !== left),
            0,
          ),
        ),
      ).toEqual([code]);
    }
    expect(china(shipping(DONE, 0, 'limit-tpp'))).toEqual(['china-2026.chip-tpp']);
    expect(china(shipping(DONE, 0, 'limit-bandwidth'))).toEqual(['china-2026.chip-bandwidth']);
  });

  it('deny where nobody entered what was shipped at home', () => {
    const { homeShipmentsTpp: _, ...rest } = told.ledger;
    const change = shipping(DONE, 0);
    expect(china({ ...change, told: { ...change.told, ledger: rest } })).toEqual([
      'needs ledger.homeShipmentsTpp',
    ]);
  });
});

describe('the proposed chip-security rule', () => {
  const security = (change: Change) => codes('chip-security-proposed', change);

  it('is kept by a place that was proven within the day, and denies an older one for that alone', () => {
    expect(security(placed(-86_400))).toEqual([]);
    expect(security(placed(-86_401))).toEqual(['chip-security.place-stale']);
  });

  it('denies where it is not known when the place was proven', () => {
    expect(security(placed(null))).toEqual(['needs evidence.oldestPlaceAgeSeconds']);
  });

  it('ends what it allows when the proof of the place is too old', () => {
    const verdict = decideWeighed(under('chip-security-proposed', placed(-60)));
    expect(verdict.validUntil).toBe(plus(86_340.001).toISOString());
  });

  it('has every kind of incident reported that it names, by the names that incidents have', () => {
    for (const kind of ['diversion', 'duplicate-device', 'spoofed-location', 'tampering'] as const) {
      const incidents = (oldest: number): Change => ({
        ...placed(-60),
        told: { incidents: { unreported: [kind], oldestAt: plus(oldest) } },
      });
      expect(security(incidents(-24 * 3600))).toEqual([]);
      expect(security(incidents(-24 * 3600 - 1))).toEqual(['chip-security.unreported']);
    }
    expect(security({ ...placed(-60), told: { incidents: null } })).toEqual([
      'needs incidents.oldestUnreportedHours',
      'needs incidents.unreported',
    ]);
  });
});

describe('the Korean threshold', () => {
  const korea = (change: Change) => codes('korea-compute', change);
  const OBLIGATIONS = ['safety-measures', 'risk-management'];
  const [THRESHOLD, TENTH] = [10 ** 14, 10 ** 13];

  it('counts usage that nobody reported in full, under the licence or of whoever pays', () => {
    expect(korea(computed(TENTH))).toEqual([]);
    expect(korea(computed(TENTH + 1))).toEqual(['korea-ai.unreported-usage']);
    expect(korea(computed(0, TENTH + 1))).toEqual(['korea-ai.unreported-usage']);
    expect(korea(computed(THRESHOLD))).toEqual([
      'korea-ai.unreported-usage',
      'korea-ai.obligations-unproven',
    ]);
    expect(korea(computed(THRESHOLD, 0, OBLIGATIONS))).toEqual(['korea-ai.unreported-usage']);
  });

  it('counts what was reported as used, and no more than counts at all', () => {
    const reported = (licence: number, payer: number, of: Change) =>
      korea({ ...of, told: { reported: { licence, payer } } });
    expect(reported(TENTH, 0, computed(2 * TENTH))).toEqual([]);
    expect(reported(TENTH - 1, 2 * TENTH, computed(2 * TENTH))).toEqual(['korea-ai.unreported-usage']);
    // The account that counts is the one that took more; of two that took as much, that with less reported.
    expect(reported(2 * TENTH, TENTH - 1, computed(TENTH, 2 * TENTH))).toEqual(['korea-ai.unreported-usage']);
    expect(reported(2 * TENTH, TENTH - 1, computed(2 * TENTH, 2 * TENTH))).toEqual([
      'korea-ai.unreported-usage',
    ]);
    expect(reported(9 * THRESHOLD, 0, computed(THRESHOLD, 0, OBLIGATIONS))).toEqual([]);
    expect(reported(9 * THRESHOLD, 0, computed(THRESHOLD))).toEqual(['korea-ai.obligations-unproven']);
  });

  it('denies where it could not be counted', () => {
    const uncounted = { ...computed(0), ledger: { leases: null, allocation: null } };
    expect(korea(uncounted)).toEqual(
      expect.arrayContaining(['needs compute.reportedE12', 'needs compute.unreportedE12']),
    );
  });
});
