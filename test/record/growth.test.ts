import { generateKeyPairSync } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { toBase64Url } from '../../src/bytes/text.ts';
import { type Checkpoint, signCheckpoint } from '../../src/record/checkpoint.ts';
import { consistencyProof } from '../../src/record/consistency.ts';
import { type LogGrowth, makeGrowth, verifyGrowth } from '../../src/record/growth.ts';
import { leafHash, rootOf } from '../../src/record/merkle.ts';
import { grow } from './tree.ts';

const log = { name: 'log.example/sextant', ...generateKeyPairSync('ed25519') };
const leaves = Array.from({ length: 13 }, (_, index) => leafHash(Uint8Array.of(index)));
const rootAt = (size: number) => rootOf(grow(leaves.slice(0, size)).range);
const before: Checkpoint = { origin: log.name, size: 5, root: rootAt(5) };
let sound: LogGrowth;
beforeAll(async () => {
  const proof = await consistencyProof(5, 13, grow(leaves).read);
  sound = makeGrowth(5, proof, signCheckpoint(13, rootAt(13), log));
});

describe('a proof of growth', () => {
  it('leads from the earlier checkpoint to the newer, as it travels', () => {
    const now = verifyGrowth(JSON.parse(JSON.stringify(sound)), before, log);
    expect(now).toEqual({ origin: log.name, size: 13, root: new Uint8Array(rootAt(13)) });
  });

  it('begins with nothing, and may end where it began', () => {
    const empty = { origin: log.name, size: 0, root: rootAt(0) };
    const first = makeGrowth(0, [], signCheckpoint(13, rootAt(13), log));
    expect(verifyGrowth(first, empty, log).size).toBe(13);
    const still = makeGrowth(5, [], signCheckpoint(5, rootAt(5), log));
    expect(verifyGrowth(still, before, log).size).toBe(5);
  });

  it.each<[string, (growth: LogGrowth) => unknown, Partial<Checkpoint>, string]>([
    ['a history that was changed', (g) => g, { root: rootAt(6) }, 'root_mismatch'],
    ['another old size', (g) => ({ ...g, oldSize: 4 }), {}, 'index_out_of_range'],
    ['an old checkpoint of another log', (g) => g, { origin: 'other.example' }, 'origin_mismatch'],
    [
      'a log that shrank',
      (g) => ({ ...g, checkpoint: signCheckpoint(4, rootAt(4), log), consistencyProof: [] }),
      {},
      'index_out_of_range',
    ],
    [
      'another root at the same size',
      (g) => ({ ...g, checkpoint: signCheckpoint(5, rootAt(4), log), consistencyProof: [] }),
      {},
      'root_mismatch',
    ],
    [
      'a newer root that is not the tree’s',
      (g) => ({ ...g, checkpoint: signCheckpoint(13, rootAt(12), log) }),
      {},
      'root_mismatch',
    ],
    ['a hash too few', (g) => ({ ...g, consistencyProof: g.consistencyProof.slice(1) }), {}, 'proof_shape'],
    ['no proof', (g) => ({ ...g, consistencyProof: [] }), {}, 'proof_shape'],
    [
      'a hash changed',
      (g) => ({ ...g, consistencyProof: [toBase64Url(rootAt(1)), ...g.consistencyProof.slice(1)] }),
      {},
      'root_mismatch',
    ],
    [
      'a checkpoint that nobody signed',
      (g) => ({ ...g, checkpoint: g.checkpoint.replace('\n13\n', '\n14\n') }),
      {},
      'signature_invalid',
    ],
    [
      'a checkpoint by another key',
      (g) => ({
        ...g,
        checkpoint: signCheckpoint(13, rootAt(13), { name: log.name, ...generateKeyPairSync('ed25519') }),
      }),
      {},
      'signature_absent',
    ],
    ['one member more', (g) => ({ ...g, more: 1 }), {}, 'growth_malformed'],
    ['one member less', ({ checkpoint }) => ({ checkpoint }), {}, 'growth_malformed'],
    ['no object', () => 'growth', {}, 'growth_malformed'],
  ])('does not verify with %s', (_, change, earlier, expected) => {
    expect(() => verifyGrowth(change(sound), { ...before, ...earlier }, log)).toThrow(
      expect.objectContaining({ code: expected }),
    );
  });
});
