import { isBoundToHost } from '../../../src/appraisal/bound-to-host.ts';
import type { DecisionBasis } from '../../../src/policy/packs/index.ts';
import type { Told } from '../../../src/policy/told.ts';
import { basis, type Change, conditions, evidence, gpu, plus, told, weighed } from './scenario.ts';
import { SHIPPED } from './shipped.ts';

/** The scenario under an example pack instead of the base pack. */
export function under(name: string, { conditions: terms = {}, ...change }: Change = {}): DecisionBasis {
  const pack = SHIPPED.find((loaded) => loaded.pack.manifest.name === name);
  if (pack === undefined) throw new Error(`no pack ${name}`);
  const { version } = pack.pack.manifest;
  return basis({
    ...change,
    conditions: { ...terms, rulePacks: [{ name, version }] },
    named: [{ name, version, digest: pack.digest }],
    packs: (digest) => (digest === pack.digest ? pack : null),
  });
}

/** An allocation to one country, under a basis of the diffusion rule. */
export function delivery(country: string, tpp: number, { told: facts, ...more }: Change = {}): Change {
  return {
    action: 'allocate',
    devices: [],
    chips: [{ model: 'H20', quantity: 1 }],
    ledger: {
      leases: null,
      allocation: weighed.ledger.allocation && { ...weighed.ledger.allocation, tpp },
    },
    ...more,
    conditions: { models: [{ model: 'H20', quantity: 8 }], ...more.conditions },
    told: { facilities: told.facilities.map((one) => ({ ...one, country })), ...facts },
  };
}

type Stands = NonNullable<Told['groupTpp']>[number];

export function stands(country: string | null, tpp: number, shown: Stands['basis'] = 'verified'): Stands {
  return { country, tpp, basis: shown };
}

/** Everything but what is asked for: three quarters of it and of that in tier 1, at most 7 % anywhere else. */
export const AT_BOTH_LIMITS = [stands('US', 75), stands('BR', 7), stands('AE', 7), stands('SA', 4)];

/** 7 of 100 go to India. */
export function asking(groupTpp: Told['groupTpp']): Change {
  return delivery('IN', 7, { conditions: { basis: 'universal-veu' }, told: { groupTpp } });
}

/** A GPU that was proven to stand in its place so many seconds ago. */
export function placed(issued: number | null): Change {
  const facts = {
    ...evidence.facts,
    host: 'sealed',
    place: {
      verdict: 'proven-inside',
      grade: 'A',
      toleratedLiars: 1,
      insideGeofence: false,
      keyCustody: 'sealed',
    },
    gpuBinding: 'tdisp',
  } as const;
  if (!isBoundToHost(facts)) throw new Error('not bound');
  const placeAt = issued === null ? null : plus(issued);
  return {
    evidence: { facts, placeAt, placeUntil: plus(1_000_000) },
    conditions: { evidenceMaxAgeSeconds: 1_000_000 },
    requested: [gpu.id],
  };
}

/** Operations that the licence, or whoever pays for it, may have computed: nobody reports usage. */
export function computed(licence: number, payer = 0, certifications: readonly string[] = []): Change {
  const { leases } = weighed.ledger;
  return {
    conditions: { ...conditions, certifications: [...certifications] },
    ledger: { allocation: null, leases: leases && { ...leases, totals: { licence, payer } } },
  };
}
