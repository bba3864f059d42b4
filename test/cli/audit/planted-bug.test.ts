import { expect, it, vi } from 'vitest';
import { auditStore } from '../../service/audit/replay-all.ts';
import { makeStory } from './story.ts';

const planted = vi.hoisted(() => ({ active: false }));

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

it('finds decisions of a policy that had a bug for a while, those and no others', async () => {
  const { world, decide } = await makeStory();
  for (let count = 0; count < 40; count++) await decide();
  planted.active = true;
  const wrong = [await decide(), await decide(), await decide()];
  planted.active = false;
  for (let count = 0; count < 20; count++) await decide();
  const { findings, found, holds } = await auditStore(world.context.store);
  expect(found).toEqual({ 'decision.diverges': 3 });
  expect(findings.map(({ subject }) => subject)).toEqual(wrong.map((id) => `decision ${id}`));
  expect(findings[0]?.sentence).toContain('validUntil');
  expect(holds['decisions.decided-again']).toBe(62);
});
