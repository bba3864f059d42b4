import { describe, expect, it } from 'vitest';
import { planRetention } from '../../../src/service/retention/plan.ts';
import { attest, openSession } from '../attestation/agent.ts';
import { logged } from '../attestation/world.ts';
import { auditStore } from '../audit/replay-all.ts';
import { makeLicensed } from '../events/licensed.ts';
import { deleteAll } from './look.ts';
import { DAY_MS, rowsLeft } from './years.ts';

const DELETED = 'deleted by rule once its time was over';

describe('what is kept for a while', () => {
  it('goes class by class once its time is over, but for what is needed, and the log says so', async () => {
    const { world, host, licenceId, post } = await makeLicensed({ leaseSeconds: 600 });
    const { context, pass } = world;
    await post('/v1/decisions', { licenceId });
    pass(DAY_MS);
    await attest(world, host);
    await post('/v1/decisions', { licenceId });
    pass(1000);
    await openSession(world, host);
    pass(DAY_MS);
    await attest(world, host);
    const before = await rowsLeft(context.store);
    expect(before).toMatchObject({ appraisal: 3, decision: 2, licence_grant: 2, session: 4, deletion: 0 });

    pass(100 * DAY_MS);
    await deleteAll(context);
    const quarter = await rowsLeft(context.store);
    expect(quarter).toEqual({ ...before, event: 1, deletion: 1 });
    pass(300 * DAY_MS);
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject({ session: 3, appraisal: 3, deletion: 2 });

    pass(1500 * DAY_MS);
    const plan = await planRetention(context);
    expect(Object.fromEntries(plan.classes.map((one) => [one.class, one.wouldGo]))).toEqual({
      ...{
        grants: 1,
        usage: 0,
        payments: 0,
        decisions: 0,
        evidence: 2,
        documents: 0,
        sessions: 0,
        events: 0,
      },
    });
    expect(plan.rules).toEqual([]);
    await deleteAll(context);
    const left = await rowsLeft(context.store);
    // The newest evidence of the host, its newest grant, the decision that this is of, and conditions stay.
    expect(left).toMatchObject({ appraisal: 1, evidence: 1, session: 1, decision: 1, licence_grant: 1 });
    expect(left.decision_input).toBe(2);

    const acts = await logged(world, 'retention.deleted');
    expect(acts.map(({ class: name, count }) => [name, count])).toEqual([
      ['events', before.event - 1],
      ['sessions', 1],
      ['grants', 1],
      ['decisions', 1],
      ['evidence', 2],
    ]);
    const { findings, unchecked, holds } = await auditStore(context.store);
    expect(findings).toEqual([]);
    expect(holds['deletions.by-rule']).toBe(acts.length);
    expect(unchecked.map(({ what, reason, count }) => [what, reason, count]).sort()).toEqual([
      ['appraisals.as-recorded', DELETED, 2],
      ['decisions.as-recorded', DELETED, 1],
      ['decisions.on-evidence', DELETED, 1],
      ['state.as-recorded', DELETED, 1],
    ]);
    expect(unchecked[0]?.examples[0]).toMatch(/, kept until 20\d\d-.*Z \(leaf \d+\)$/);
  });

  it('is deleted in batches that go on where they stopped, beside others that are at it', async () => {
    const { world } = await makeLicensed();
    const { context, pass } = world;
    pass(100 * DAY_MS);
    await Promise.all([deleteAll(context), deleteAll(context)]);
    const acts = await logged(world, 'retention.deleted');
    const items = acts.reduce((sum, { count }) => sum + Number(count), 0);
    const { event } = await rowsLeft(context.store);
    expect(event).toBe(1);
    expect((await auditStore(context.store)).findings).toEqual([]);
    await deleteAll(context);
    expect(await logged(world, 'retention.deleted')).toHaveLength(acts.length);
    expect(items).toBeGreaterThan(5);
  });
});
