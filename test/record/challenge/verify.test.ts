import { generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FormatError } from '../../../src/bytes/errors.ts';
import type { JsonValue } from '../../../src/bytes/json.ts';
import { toBase64Url } from '../../../src/bytes/text.ts';
import { commitmentTo, drawDevices, populationOf, seedOf } from '../../../src/record/challenge/draw.ts';
import { verifyDraw } from '../../../src/record/challenge/verify.ts';
import {
  type Act,
  consistencyProof,
  inclusionProof,
  leafOf,
  makeGrowth,
  makeReceipt,
  rootOf,
  signCheckpoint,
} from '../../../src/record/index.ts';
import { grow } from '../tree.ts';

const log = { name: 'log.example/sextant', ...generateKeyPairSync('ed25519') };
const SECRET = '5a'.repeat(32);
const IDS = Array.from({ length: 9 }, (_, number) => `dev_${number}`);
const AT = new Date('2026-03-01T12:00:00Z');

type Bent = {
  readonly ordered?: { readonly [name: string]: JsonValue };
  readonly drawn?: { readonly [name: string]: JsonValue };
  readonly types?: readonly [string, string];
  /** Leaves before the tree of which the root is taken, besides those up to the order. */
  readonly later?: number;
  readonly population?: readonly string[];
};

function act(type: string, body: Act['body'], salt: number): Act {
  return { type, at: AT, tenant: 'verifier', body, salt: new Uint8Array(32).fill(salt) };
}

/** A draw in a log of eight leaves: the order is the fourth, the draw the sixth. */
async function proofOf(bent: Bent = {}) {
  const [ordering, drawing] = bent.types ?? ['challenge.ordered', 'challenge.drawn'];
  const { sha256 } = populationOf(IDS);
  const told = {
    wanted: 3,
    commitment: commitmentTo(SECRET),
    population: IDS.length,
    populationSha256: sha256,
  };
  const order = act(ordering, { orderId: 'chl_1', ...told, ...bent.ordered }, 1);
  const others = [2, 3, 4, 5, 6, 7].map((salt) => act('appraisal', {}, salt));
  const before = [...others.slice(0, 3), order, ...others.slice(3, 3 + (bent.later ?? 0))];
  const tree = grow(before.map(leafOf));
  const root = rootOf(tree.range);
  const seed = seedOf({ order: 'chl_1', root, secret: SECRET });
  const devices = drawDevices(seed, IDS, 3);
  const body = {
    orderId: 'chl_1',
    size: tree.range.size,
    root: toBase64Url(root),
    secret: SECRET,
    seed,
    devices,
  };
  const draw = act(drawing, { ...body, ...bent.drawn }, 8);
  const all = [...others.slice(0, 3), order, ...others.slice(3, 4), draw, ...others.slice(4)];
  const { range, read } = grow(all.map(leafOf));
  const note = signCheckpoint(range.size, rootOf(range), log);
  const receipt = async (index: number, one: Act) =>
    makeReceipt(one, index, await inclusionProof(index, range.size, read), note);
  return {
    order: await receipt(3, order),
    draw: await receipt(5, draw),
    growth: makeGrowth(4, await consistencyProof(4, range.size, read), note),
    population: [...(bent.population ?? IDS)],
  };
}

function failing(proof: unknown): string[] {
  return verifyDraw(proof, log).checks.flatMap(({ id, status }) => (status === 'fail' ? [id] : []));
}

describe('a draw', () => {
  it('is drawn again by anybody', async () => {
    expect(verifyDraw(await proofOf(), log)).toMatchObject({ accepted: true, notPerformed: [] });
  });

  const other = '5b'.repeat(32);
  it.each<{ check: string; bent: Bent }>([
    { check: 'challenge.order', bent: { types: ['appraisal', 'challenge.drawn'] } },
    { check: 'challenge.draw', bent: { types: ['challenge.ordered', 'appraisal'] } },
    { check: 'challenge.order', bent: { ordered: { wanted: 'all' } } },
    // Of a later tree, whose leaves the verifier could choose knowing the secret.
    { check: 'challenge.root', bent: { later: 1 } },
    { check: 'challenge.root', bent: { drawn: { size: 5 } } },
    { check: 'challenge.commitment', bent: { ordered: { commitment: commitmentTo(other) } } },
    { check: 'challenge.devices', bent: { drawn: { devices: ['dev_0', 'dev_1', 'dev_2'] } } },
    { check: 'challenge.devices', bent: { drawn: { seed: other } } },
    { check: 'challenge.devices', bent: { drawn: { orderId: 'chl_2' } } },
    { check: 'challenge.devices', bent: { ordered: { wanted: 2 } } },
  ])('is refused by $check alone: $bent', async ({ check, bent }) => {
    const judged = verifyDraw(await proofOf(bent), log);
    expect(judged.accepted).toBe(false);
    expect(judged.checks.flatMap(({ id, status }) => (status === 'fail' ? [id] : []))).toEqual([check]);
  });

  it('is refused where the population is another, even where the same would be drawn', async () => {
    const proof = await proofOf();
    const drawn = new Set((proof.draw.act['body'] as { devices: string[] }).devices);
    const undrawn = IDS.find((id) => !drawn.has(id));
    expect(failing({ ...proof, population: IDS.filter((id) => id !== undrawn) })).toEqual([
      'challenge.population',
    ]);
  });

  it('asks for the receipts of this log', async () => {
    const proof = await proofOf();
    const stranger = { name: log.name, ...generateKeyPairSync('ed25519') };
    expect(verifyDraw(proof, stranger)).toMatchObject({ accepted: false });
    expect(() => verifyDraw({ ...proof, growth: undefined }, log)).toThrow(FormatError);
  });
});

describe('drawing', () => {
  it('takes each device as often as any other, and never one twice', () => {
    const counts = new Map<string, number>();
    for (let run = 0; run < 900; run++) {
      const seed = seedOf({ order: `chl_${run}`, root: new Uint8Array(32), secret: SECRET });
      const drawn = drawDevices(seed, IDS, 3);
      expect(new Set(drawn).size).toBe(3);
      for (const id of drawn) counts.set(id, (counts.get(id) ?? 0) + 1);
    }
    // 300 each are to be expected; five standard deviations are 71.
    for (const id of IDS) expect(Math.abs((counts.get(id) ?? 0) - 300)).toBeLessThan(71);
  });

  it('depends on no order of the population, and takes all where there are no more', () => {
    const ids = fc.uniqueArray(
      fc.string({ minLength: 1, maxLength: 30 }).filter((id) => id.isWellFormed()),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 25 }), (population, count) => {
        const drawn = drawDevices(SECRET, population, count);
        expect(drawDevices(SECRET, [...population].reverse(), count)).toEqual(drawn);
        expect(drawn).toHaveLength(Math.min(count, population.length));
      }),
      { numRuns: 200 },
    );
  });
});
