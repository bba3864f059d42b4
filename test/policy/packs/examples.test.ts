import { describe, expect, it } from 'vitest';
import type { LicenceConditions } from '../../../src/policy/licence.ts';
import { decideWeighed, replayDecision } from '../../../src/policy/packs/index.ts';
import type { Told } from '../../../src/policy/told.ts';
import { basis, type Change, evidence, gpu, plus, stored, told, weighed } from './scenario.ts';
import { SHIPPED } from './shipped.ts';

/** The scenario under an example pack instead of the base pack. */
function under(name: string, { conditions = {}, ...change }: Change = {}) {
  const pack = SHIPPED.find((loaded) => loaded.pack.manifest.name === name);
  if (pack === undefined) throw new Error(`no pack ${name}`);
  const { version } = pack.pack.manifest;
  return basis({
    ...change,
    conditions: { ...conditions, rulePacks: [{ name, version }] },
    named: [{ name, version, digest: pack.digest }],
    packs: (digest) => (digest === pack.digest ? pack : null),
  });
}

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

describe('a validated end user of the diffusion rule', () => {
  type Stands = NonNullable<Told['groupTpp']>[number];
  const stands = (country: string | null, tpp: number, shown: Stands['basis'] = 'verified'): Stands => {
    return { country, tpp, basis: shown };
  };
  /** 7 of 100 are asked for, to go to India. */
  const asking = (groupTpp: Told['groupTpp'], more: Partial<LicenceConditions> = {}): Change => ({
    action: 'allocate',
    devices: [],
    chips: [{ model: 'H100', quantity: 1 }],
    conditions: { basis: 'universal-veu', ...more },
    ledger: {
      leases: null,
      allocation: weighed.ledger.allocation && { ...weighed.ledger.allocation, tpp: 7 },
    },
    told: {
      groupTpp,
      facilities: told.facilities.map((one) => ({ ...one, country: 'IN' })),
    },
  });
  const diffusion = (change: Change) => codes('diffusion-2025', change);
  const rest = [stands('BR', 7), stands('AE', 7), stands('SA', 4)];

  it('is allowed with three quarters in tier 1, and at most 7 % in any other country', () => {
    expect(diffusion(asking([stands('US', 75), ...rest]))).toEqual([]);
  });

  it('is denied for one share, and not for the other', () => {
    expect(diffusion(asking([stands('US', 74), stands('MX', 1), ...rest]))).toEqual([
      'diffusion.veu-tier-1-share',
    ]);
    expect(diffusion(asking([stands('US', 75), ...rest, stands('IN', 1)]))).toEqual([
      'diffusion.veu-tier-1-share',
      'diffusion.veu-tier-2-share',
    ]);
    expect(diffusion(asking([stands('US', 85), stands('IN', 1)]))).toEqual(['diffusion.veu-tier-2-share']);
    // Nobody has shown it to be there, or anywhere.
    expect(diffusion(asking([stands('US', 75, 'claimed'), ...rest]))).toEqual(['diffusion.veu-tier-1-share']);
    expect(diffusion(asking([stands('US', 92), stands(null, 1)]))).toEqual(['diffusion.veu-tier-2-share']);
  });

  it('is denied where it is not known what the group has, or where the chips would go', () => {
    const unknown = ['needs ledger.largestTier2SharePercent', 'needs ledger.tier1SharePercent'];
    expect(diffusion(asking(null))).toEqual(unknown);
    const change = asking([stands('US', 75), ...rest]);
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

describe('the proposed chip-security rule', () => {
  const { facts } = evidence;
  const placed = (issued: number | null): Change => ({
    evidence: {
      facts: {
        ...facts,
        host: 'sealed',
        place: {
          verdict: 'proven-inside',
          grade: 'A',
          toleratedLiars: 1,
          insideGeofence: false,
          keyCustody: 'sealed',
        },
        gpuBinding: 'tdisp',
      },
      placeAt: issued === null ? null : plus(issued),
      placeUntil: plus(1_000_000),
    },
    conditions: { evidenceMaxAgeSeconds: 1_000_000 },
    requested: [gpu.id],
  });
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
