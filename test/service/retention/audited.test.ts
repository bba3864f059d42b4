import { describe, expect, it } from 'vitest';
import { deletedItemsDigest, deletedItemsText } from '../../../src/record/audit/deletion.ts';
import { recordAct, VERIFIER_TENANT } from '../../../src/service/acts.ts';
import type { Context } from '../../../src/service/context.ts';
import { openIncident } from '../../../src/service/incident/open.ts';
import { placeLegalHold } from '../../../src/service/retention/legal-holds.ts';
import type { Hole } from '../../../src/store/port.ts';
import { insertDeletedLeaf, insertDeletion } from '../../../src/store/retention/deletions.ts';
import { dropAppraisal } from '../../../src/store/retention/evidence.ts';
import { statement } from '../../../src/store/statement.ts';
import { attest } from '../attestation/agent.ts';
import { auditStore } from '../audit/replay-all.ts';
import { deleteAll } from './look.ts';
import { aged } from './years.ts';

const oldest = statement((db) =>
  db.selectFrom('appraisal').select(['session_id', 'leaf_index']).orderBy('at_ms').limit(1),
);
const newest = statement((db) =>
  db.selectFrom('appraisal').select(['session_id', 'leaf_index']).orderBy('at_ms', 'desc').limit(1),
);
const rewriteItems = statement((db, hole: Hole<{ items: string }>) =>
  db
    .updateTable('deletion')
    .set({ items: hole('items') })
    .where('class', '=', 'evidence'),
);
const forgetItems = statement((db) => db.deleteFrom('deleted_leaf'));
const forgetDeletions = statement((db) => db.deleteFrom('deletion'));

const codes = async ({ store }: Context): Promise<string[]> =>
  [...new Set((await auditStore(store)).findings.map(({ code }) => code))].sort();

type Claimed = { readonly until?: string; readonly rules?: string[]; readonly kind?: string };

/** What somebody does who has the database and may write acts, but has no rule for it. */
async function deleteAnyhow(
  context: Context,
  which: typeof oldest,
  { until, rules = [], kind = 'appraisal' }: Claimed = {},
): Promise<void> {
  const row = await context.store.first(which, {});
  if (row === undefined) throw new Error('nothing to delete');
  const at = context.clock();
  const { session_id: sessionId, leaf_index } = row;
  const items = deletedItemsText([[kind, sessionId, leaf_index]]);
  const due = new Date(at.getTime() - 1_827 * 86_400_000).toISOString();
  await context.store.write(async (tx) => {
    await tx.run(dropAppraisal, { sessionId });
    const body = {
      ...{ class: 'evidence', until: until ?? due, keepDays: 1_827, rules, count: 1 },
      itemsSha256: deletedItemsDigest(items),
    };
    const act = { type: 'retention.deleted', at, tenant: VERIFIER_TENANT, body } as const;
    const leafIndex = await recordAct(tx, context, act);
    const about = { class: 'evidence', at_ms: at.getTime(), until_ms: 0, count: 1, items };
    await tx.run(insertDeletion, { leaf_index: leafIndex, ...about });
    await tx.run(insertDeletedLeaf, { leaf_index, deletion: leafIndex });
  });
}

describe('an audit', () => {
  it('takes what a rule deleted for deleted, and what nobody accounts for as missing', async () => {
    const { world } = await aged();
    const { context } = world;
    await deleteAnyhow(context, oldest);
    expect(await codes(context)).toEqual([]);
    await context.store.write((tx) => tx.run(forgetItems, {}));
    expect(await codes(context)).toEqual(['appraisal.absent', 'decision.without-evidence']);
  });

  it.each<[string, Claimed, readonly string[]]>([
    ['sooner than the rules say', { until: '2031-10-01T00:00:00Z' }, ['deletion.unexplained']],
    ['by a rule that was never in force', { rules: ['f'.repeat(64)] }, ['deletion.unexplained']],
    [
      'as something else than it was',
      { kind: 'decision' },
      ['appraisal.absent', 'decision.without-evidence', 'deletion.unexplained'],
    ],
  ])('finds what was deleted %s', async (_, claimed, found) => {
    const { world } = await aged();
    await deleteAnyhow(world.context, oldest, claimed);
    expect(await codes(world.context)).toEqual(found);
  });

  it('finds what was deleted too young, though the act says otherwise', async () => {
    const { world, host } = await aged();
    const { context } = world;

    await attest(world, host);
    await deleteAnyhow(context, newest);
    expect(await codes(context)).toEqual(['deletion.unexplained']);
  });

  it('finds what was deleted though a host of it was held', async () => {
    const { world, host, auditor } = await aged();
    const { context } = world;

    await placeLegalHold(context, auditor, { subject: `host:${host.hostId}`, reason: 'inquiry' });
    await deleteAnyhow(context, oldest);
    expect(await codes(context)).toEqual(['deletion.held']);
  });

  it('finds what was deleted though its facility, a party that uses it, its licence, or an incident about it was held', async () => {
    for (const kind of ['facility', 'party', 'licence', 'incident']) {
      const { world, host, auditor, ...gate } = await aged();
      const { context, facilityId } = world;
      const at = context.clock();
      const open = {
        kind: 'tampering',
        tenant: 'acme',
        subjects: [`host:${host.hostId}`],
        evidence: [],
        at,
      } as const;
      const incident =
        kind === 'incident' ? await context.store.write((tx) => openIncident(context, tx, open)) : '';
      const { partyId, licenceId } = gate;
      const id = { facility: facilityId, party: partyId, licence: licenceId, incident }[kind];
      await placeLegalHold(context, auditor, { subject: `${kind}:${id}`, reason: 'inquiry' });
      await deleteAnyhow(context, oldest);
      expect([kind, ...(await codes(context))]).toEqual([kind, 'deletion.held']);
    }
  });

  it('finds a list of what was deleted that was changed, or is gone', async () => {
    const { world } = await aged();
    const { context } = world;
    await deleteAll(context);
    expect(await codes(context)).toEqual([]);
    const items = deletedItemsText([['appraisal', 'ses_other', 3]]);
    await context.store.write((tx) => tx.run(rewriteItems, { items }));
    expect(await codes(context)).toEqual(['appraisal.absent', 'deletion.altered']);
    await context.store.write(async (tx) => {
      await tx.run(forgetItems, {});
      await tx.run(forgetDeletions, {});
    });
    expect(await codes(context)).toEqual([
      ...['appraisal.absent', 'decision.absent', 'deletion.absent', 'state.absent'],
    ]);
  });
});
