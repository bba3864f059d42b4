import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { rememberDocuments, writeDocuments } from '../../../src/service/evidence/inputs.ts';
import { clearLatches } from '../../../src/service/latch/clear.ts';
import { latch } from '../../../src/service/latch/latch.ts';
import { planRetention } from '../../../src/service/retention/plan.ts';
import type { LatchTable } from '../../../src/store/attestation/tables.ts';
import type { Hole, Store, Tx } from '../../../src/store/port.ts';
import { dropDocument } from '../../../src/store/retention/evidence.ts';
import { statement } from '../../../src/store/statement.ts';
import { makeWorld } from '../attestation/world.ts';
import type { Licensed } from '../events/licensed.ts';
import { deleteAll } from './look.ts';
import { aged, DAY_MS, rowsLeft } from './years.ts';

const GONE = { appraisal: 1, decision: 1, licence_grant: 1 };

const sessions = statement((db) => db.selectFrom('appraisal').select('session_id').orderBy('at_ms'));
const decisions = statement((db) => db.selectFrom('decision').selectAll().orderBy('at_ms'));
const lastsUntil = statement((db, hole: Hole<{ ms: number; decisionId: string }>) =>
  db
    .updateTable('licence_grant')
    .set({ expires_at_ms: hole('ms') })
    .where('decision_id', '=', hole('decisionId')),
);
const allocate = statement((db, hole: Hole<{ licenceId: string; decisionId: string }>) =>
  db.insertInto('ledger_allocation').values({
    ...{ id: 'alc_1', licence_id: hole('licenceId'), decision_id: hole('decisionId'), tenant: 'chips' },
    ...{ chips: '[]', tpp: 1, consignee_id: 'x', country: 'IS', period: '2026-03', state: 'reserved' },
    ...{ at_ms: 0, changed_by: null, changed_at_ms: null, changed_reason: null, leaf_index: null },
  }),
);
const release = statement((db) => db.updateTable('ledger_allocation').set({ state: 'released' }));
const openLatch = statement((db) => db.selectFrom('latch').select('id').where('cleared_at_ms', 'is', null));
const listen = statement((db, hole: Hole<{ principal_id: string; cursor: number }>) =>
  db.insertInto('webhook').values({
    ...{
      id: 'whk_1',
      tenant: 'bureau',
      principal_id: hole('principal_id'),
      sees_all: 1,
      scopes: 'hosts:read',
    },
    ...{ url: 'https://receiver.example/', types: null, secret: 'x', previous_secret: null },
    ...{ previous_until_ms: null, state: 'active', version: 1, cursor: hole('cursor'), failures: 0 },
    ...{ failing_since_ms: null, next_attempt_ms: 0, lease_until_ms: 0, last_attempt_ms: null },
    ...{ last_result: null, created_at_ms: 0, disabled_at_ms: null },
  }),
);
const stopListening = statement((db) => db.updateTable('webhook').set({ state: 'disabled' }));
const useDocument = statement((db, hole: Hole<{ inputs: string }>) =>
  db.updateTable('appraisal').set({ inputs: hole('inputs') }),
);

const write = (store: Store, work: (tx: Tx) => Promise<unknown>): Promise<unknown> => store.write(work);

async function reasons({ world }: Licensed, name: string): Promise<string[]> {
  const { classes } = await planRetention(world.context);
  const one = classes.find((planned) => planned.class === name);
  return (one?.keptBack ?? []).map(({ by }) => by.split(':')[0] ?? '').sort();
}

describe('what is old enough stays', () => {
  it('while a hold for review rests on it', async () => {
    const licensed = await aged();
    const { context, people } = licensed.world;
    const [oldest] = await context.store.read((view) => view.all(sessions, {}));
    const held: Pick<LatchTable, 'code' | 'sentence'> = { code: 'x', sentence: 'held' };
    const about = { tenant: 'acme', at: context.clock(), ...held, sessionId: oldest?.session_id ?? '' };
    const subject = { kind: 'host', id: licensed.host.hostId } as const;
    await context.store.write((tx) => latch(context, tx, { ...about, subject }));
    expect(await reasons(licensed, 'evidence')).toEqual(['hold', 'host']);
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject({ ...GONE, appraisal: 2 });
    const latches = await context.store.read((view) => view.all(openLatch, {}));
    const clearing = { latchIds: latches.map(({ id }) => id), reason: 'looked at' };
    await clearLatches(context, people.authority.principal, clearing);
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject(GONE);
  });

  it('while a grant lasts that was issued on it', async () => {
    const licensed = await aged();
    const { context } = licensed.world;
    const [first] = await context.store.read((view) => view.all(decisions, {}));
    const decisionId = first?.id ?? '';
    const later = context.clock().getTime() + 1;
    await write(context.store, (tx) => tx.run(lastsUntil, { ms: later, decisionId }));
    expect(await reasons(licensed, 'evidence')).toEqual(['grant', 'host']);
    expect(await reasons(licensed, 'decisions')).toEqual(['grant', 'grant']);
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject({ appraisal: 2, decision: 2, licence_grant: 2 });
    await write(context.store, (tx) => tx.run(lastsUntil, { ms: 1, decisionId }));
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject(GONE);
  });

  it('while chips that it set aside are neither delivered nor given back', async () => {
    const licensed = await aged();
    const { context } = licensed.world;
    const [first] = await context.store.read((view) => view.all(decisions, {}));
    const { licenceId } = licensed;
    await write(context.store, (tx) => tx.run(allocate, { licenceId, decisionId: first?.id ?? '' }));
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject({ ...GONE, decision: 2 });
    expect(await reasons(licensed, 'decisions')).toEqual(['allocation', 'grant']);
    await write(context.store, (tx) => tx.run(release, {}));
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject(GONE);
  });
});

describe('an event', () => {
  it('stays while an active webhook has yet to hear it', async () => {
    const licensed = await aged();
    const { context, people } = licensed.world;
    const { id: principal_id } = people.operator.principal;
    await write(context.store, (tx) => tx.run(listen, { principal_id, cursor: 2 }));
    const before = (await rowsLeft(context.store)).event;
    expect(await reasons(licensed, 'events')).toEqual(['webhook']);
    await deleteAll(context);
    expect((await rowsLeft(context.store)).event).toBe(before - 2);
    await write(context.store, (tx) => tx.run(stopListening, {}));
    await deleteAll(context);
    expect((await rowsLeft(context.store)).event).toBe(1);
  });
});

describe('a document', () => {
  it('stays as long as a kept appraisal cites it, however old, and goes with the last one', async () => {
    const licensed = await aged();
    const { context } = licensed.world;
    const at = new Date(context.clock().getTime() - 2_000 * DAY_MS);
    const content = new Uint8Array([1, 2, 3]);
    const digest = hash('sha256', content, 'hex');
    await write(context.store, async (tx) => {
      await writeDocuments(context.store, tx, { documents: new Map([[digest, content]]) }, at);
      await tx.run(useDocument, { inputs: `{"rim":"${digest}"}` });
    });
    expect(await reasons(licensed, 'documents')).toEqual(['session']);
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject({ document: 1 });
    await write(context.store, (tx) => tx.run(useDocument, { inputs: '{}' }));
    await deleteAll(context);
    expect(await rowsLeft(context.store)).toMatchObject({ document: 0 });
  });

  it('is written again by whoever uses it a day later, though the verifier remembers that it had it', async () => {
    const { context, pass } = await makeWorld();
    const documents = new Map([['d'.repeat(64), new Uint8Array([4])]]);
    const use = async (): Promise<void> => {
      const at = context.clock();
      await write(context.store, (tx) => writeDocuments(context.store, tx, { documents }, at));
      rememberDocuments(context.store, { documents }, at);
    };
    await use();
    await write(context.store, (tx) => tx.run(dropDocument, { digest: 'd'.repeat(64) }));
    pass(DAY_MS - 1);
    await use();
    expect(await rowsLeft(context.store)).toMatchObject({ document: 0 });
    pass(1);
    await use();
    expect(await rowsLeft(context.store)).toMatchObject({ document: 1 });
  });
});
