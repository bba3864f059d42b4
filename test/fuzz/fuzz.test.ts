import { beforeAll, describe, expect, it } from 'vitest';
import { fuzzRuns } from '../vectors.ts';
import { altered, alteredTargets } from './altered/index.ts';
import { fuzz, tryOne } from './campaign.ts';
import { parsersInSource } from './parsers.ts';
import { keptInputs, samplePool, samplesOf } from './samples.ts';
import { NOT_ALONE, parserTargets, type Target } from './targets.ts';

/** Inputs for each parser: 25 in `npm test`. `npm run fuzz -- --runs 1000000` is the nightly mode. */
const RUNS = Math.ceil(fuzzRuns / 200);
const FEW = 3;

/** What no writer of ours makes: shown everything else, changed. Each has a suite of its own with genuine vectors. */
const WITHOUT_SAMPLES = [
  'evidence/azure/attester-json.ts#parseAttesterEvidence',
  'evidence/azure/td-report.ts#parseTdReport',
  'evidence/tpm/json-evidence.ts#parseJsonEvidence',
  'pki/certs-only.ts#parseCertsOnly',
];

let targets: readonly Target[];
let pool: readonly Uint8Array[];
beforeAll(async () => {
  targets = await parserTargets();
  pool = await samplePool();
});

describe('every parser', () => {
  it('of the source is fuzzed, or is named with the reason why not', () => {
    const names = parsersInSource().map(({ name }) => name);
    expect(names.length).toBeGreaterThan(90);
    expect(new Set(names).size).toBe(names.length);
    expect([...targets.map(({ name }) => name), ...Object.keys(NOT_ALONE)].sort()).toEqual(names.toSorted());
  });

  it('reads something that is honest, and survives what is not', { timeout: 120_000 }, () => {
    const without: string[] = [];
    const found: string[] = [];
    for (const target of targets) {
      const own = samplesOf(target, pool, FEW);
      if (own.length === 0) without.push(target.name);
      const [first = new Uint8Array(), ...others] = own.length === 0 ? pool.slice(0, 200) : own;
      const outcome = fuzz({ target, samples: [first, ...others], runs: RUNS, seed: 1 });
      if (outcome.found !== null) found.push(`${target.name} ${outcome.found.kind}: ${outcome.found.why}`);
    }
    expect(found).toEqual([]);
    expect(without.sort()).toEqual(WITHOUT_SAMPLES);
  });

  it('survives what was found once', () => {
    for (const target of targets) {
      for (const input of keptInputs(target.name))
        expect(tryOne(target, input)).toMatch(/^(?:read|refused)$/);
    }
  });
});

describe('evidence that was altered', () => {
  it('is accepted by nobody, and as it was by everybody', { timeout: 120_000 }, async () => {
    for (const target of await alteredTargets()) {
      expect([target.name, target.read(target.genuine)]).toEqual([target.name, 'genuine']);
      expect(fuzz({ target, samples: [target.genuine], runs: RUNS, seed: 1 }).found).toBeNull();
    }
  });

  it('is found where somebody believes it, and nowhere else', () => {
    // Its first byte is what is signed, its second is what nobody reads.
    const genuine = Uint8Array.of(7, 0);
    const unsigned = altered('believes all', genuine, ([fact]) => fact);
    expect(fuzz({ target: unsigned, samples: [genuine], runs: 1000, seed: 1 }).found).toMatchObject({
      kind: 'crash',
      why: expect.stringContaining('believes all accepts altered evidence'),
    });
    const signed = altered('believes 7', genuine, ([fact]) => (fact === 7 ? fact : null));
    expect(fuzz({ target: signed, samples: [genuine], runs: 1000, seed: 1 })).toMatchObject({ found: null });
    expect(() => altered('believes nothing', genuine, () => null)).toThrow('no evidence that verifies');
  });
});
