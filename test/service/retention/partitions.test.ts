import { expect, it } from 'vitest';
import { endLegalHold, placeLegalHold } from '../../../src/service/retention/legal-holds.ts';
import { placeOnPostgres } from '../../postgres/choice.ts';
import { describeWithPostgres, execute, lastingDatabase } from '../../postgres/shared.ts';
import { temporaryFolder } from '../../store/temporary.ts';
import { attest } from '../attestation/agent.ts';
import { auditStore } from '../audit/replay-all.ts';
import { deleteAll } from './look.ts';
import { aged, DAY_MS } from './years.ts';

/** Submissions by the month of their partition. */
async function months(url: string): Promise<Record<string, number>> {
  const rows = await execute(
    url,
    `select p.inhrelid::regclass::text as name, (select count(*)::int from evidence e where e.tableoid = p.inhrelid) as count
     from pg_inherits p where p.inhparent = 'evidence'::regclass`,
  );
  return Object.fromEntries(
    rows.map(({ name, count }) => [String(name).slice('evidence_'.length), Number(count)]),
  );
}

describeWithPostgres('evidence that ends by rule, on PostgreSQL', () => {
  it('leaves no month behind, and each month in which a legal hold keeps something', async () => {
    const [folder, url] = [temporaryFolder(), await lastingDatabase()];
    await placeOnPostgres(folder, url);
    const licensed = await aged({ folder });
    const { world, host, auditor } = licensed;
    const { context } = world;
    // Made ahead by an earlier look, and filled since: March 2026 has two submissions, which are too old now.
    await context.store.tend(new Date('2026-03-01T00:00:00Z'));
    expect(await months(url)).toMatchObject({ '2026_03': 2 });

    const hold = await placeLegalHold(context, auditor, {
      subject: `host:${host.hostId}`,
      reason: 'inquiry 26-114',
    });
    await attest(world, host);
    const today = context.clock().toISOString().slice(0, 7).replace('-', '_');
    await deleteAll(context);
    expect(await months(url)).toMatchObject({ '2026_03': 2, [today]: 1 });

    await endLegalHold(context, auditor, hold.id, 'inquiry closed');
    await deleteAll(context);
    const left = await months(url);
    expect(left).not.toHaveProperty('2026_03');
    expect(left).toMatchObject({ [today]: 1, rest: 0 });
    expect((await auditStore(context.store)).findings).toEqual([]);
    // And goes on: next month is there before it is needed.
    world.pass(31 * DAY_MS);
    await attest(world, host);
    expect((await months(url))['rest']).toBe(0);
  });
});
