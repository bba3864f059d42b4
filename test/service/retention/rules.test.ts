import { describe, expect, it } from 'vitest';
import { DEFAULT_KEEP_DAYS } from '../../../src/protocol/retention.ts';
import { planRetention } from '../../../src/service/retention/plan.ts';
import { keepDays } from '../../../src/service/retention/rules.ts';
import type { TrustContent } from '../../../src/service/trust/kinds.ts';
import { withdrawTrustInput } from '../../../src/service/trust/withdraw.ts';
import { trustInputsByName } from '../../../src/store/registry/trust.ts';
import { attest } from '../attestation/agent.ts';
import { logged, trust } from '../attestation/world.ts';
import { auditStore } from '../audit/replay-all.ts';
import { makeLicensed } from '../events/licensed.ts';
import { deleteAll } from './look.ts';
import { aged, DAY_MS, rowsLeft } from './years.ts';

const rule = (name: string, version: string, days: object): TrustContent => ({
  kind: 'retention-rule',
  content: { name, version, basis: 'agreement of March 2026', keepDays: days },
});

describe('a rule of retention', () => {
  it('counts for the classes that it names, and of several the longest time does', () => {
    const named = (digest: string, days: object) => ({ digest, content: { keepDays: days } });
    expect(keepDays([]).days).toEqual({
      ...DEFAULT_KEEP_DAYS,
      payments: DEFAULT_KEEP_DAYS.usage,
      documents: DEFAULT_KEEP_DAYS.evidence,
    });
    const { days, rules } = keepDays([
      named('b', { evidence: 40, events: 30 }),
      named('a', { evidence: 4_000, usage: 50 }),
    ]);
    expect(days).toMatchObject({ evidence: 4_000, documents: 4_000, events: 30, grants: 1827 });
    expect([days.usage, days.payments]).toEqual([50, 50]);
    expect(rules).toEqual(['a', 'b']);
  });

  it('keeps longer than the default as soon as two people put it in force, and no result cites it', async () => {
    const { world } = await aged();
    const { context } = world;
    await trust(context, rule('export-records', '1', { evidence: 3_000, grants: 3_000 }));
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject({ appraisal: 2, decision: 2, licence_grant: 2 });
    await trust(context, rule('export-records', '2', { evidence: 1_900 }));
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject({ appraisal: 1, decision: 1, licence_grant: 1 });
    const { rules } = await planRetention(context);
    expect(rules).toHaveLength(1);
    const acts = await logged(world, 'retention.deleted');
    expect(acts.at(-1)).toMatchObject({ rules, class: 'evidence', keepDays: 1_900 });
    expect((await auditStore(context.store)).findings).toEqual([]);
  });

  it('is not cited by results, and what rests on trust inputs stays as it was', async () => {
    const { world, host } = await makeLicensed();
    const before = await attest(world, host);
    await trust(world.context, rule('export-records', '1', { events: 40 }));
    world.pass(DAY_MS);
    const after = await attest(world, host);
    expect(after.appraisal.trustInputs).toEqual(before.appraisal.trustInputs);
  });

  it('is not withdrawn by one person: things would go sooner', async () => {
    const { world } = await makeLicensed();
    const { context } = world;
    await trust(context, rule('export-records', '1', { evidence: 4_000 }));
    const named = { kind: 'retention-rule', name: 'export-records' };
    const [row] = await context.store.read((view) => view.all(trustInputsByName, named));
    await expect(
      withdrawTrustInput(context, world.people.authority.principal, row?.id ?? '', 'no longer'),
    ).rejects.toMatchObject({ code: 'conflict' });
  });
});
