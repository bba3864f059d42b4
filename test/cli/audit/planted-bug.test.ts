import { afterAll, expect, it, vi } from 'vitest';
import { auditStore } from '../../service/audit/replay-all.ts';
import { makeStory } from './story.ts';

/** Of which one in twenty is made by the policy that has a bug. Fewer where nobody asked for all. */
const DECISIONS = Number(process.env['SEXTANT_REPLAYS'] ?? 60);
const PLANTED_EACH = 20;
/** The story's own. */
const BEFORE = 2;

// Modules are one for all files of a worker: this file has its own, with the bug in them, and leaves none of them behind.
const planted = vi.hoisted(() => {
  vi.resetModules();
  return { active: false };
});
afterAll(() => {
  vi.doUnmock('../../../src/policy/packs/index.ts');
  vi.resetModules();
});

// What judges when a decision is made, and not what judges it again.
vi.mock('../../../src/policy/packs/index.ts', async (original) => {
  const real = await original<typeof import('../../../src/policy/packs/index.ts')>();
  return {
    ...real,
    decideUnpaid: (...args: Parameters<typeof real.decideUnpaid>) => {
      const verdict = real.decideUnpaid(...args);
      return planted.active ? { ...verdict, validUntil: '2027-01-01T00:00:00.000Z' } : verdict;
    },
  };
});

it(`decides ${DECISIONS} decisions again, and finds those of a policy that had a bug now and then, and no others`, {
  timeout: 120_000 + DECISIONS * 100,
}, async () => {
  const { world, decide } = await makeStory();
  const wrong: string[] = [];
  for (let count = 1; count <= DECISIONS; count++) {
    planted.active = count % PLANTED_EACH === 0;
    const id = await decide();
    if (planted.active) wrong.push(id);
  }
  const { findings, found, holds } = await auditStore(world.context.store);
  expect(found).toEqual({ 'decision.diverges': wrong.length });
  expect(findings.map(({ subject }) => subject)).toEqual(wrong.map((id) => `decision ${id}`));
  expect(findings.every(({ sentence }) => sentence.includes('validUntil'))).toBe(true);
  expect(holds['decisions.decided-again']).toBe(BEFORE + DECISIONS - wrong.length);
});
