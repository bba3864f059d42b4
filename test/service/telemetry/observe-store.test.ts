import { describe, expect, it } from 'vitest';
import { AvailabilityError } from '../../../src/service/errors.ts';
import { observedStore } from '../../../src/service/telemetry/observe-store.ts';
import { Tally } from '../../../src/service/telemetry/tally.ts';
import { insertEntry } from '../../../src/store/ledger/balances.ts';
import type { Store, Tx } from '../../../src/store/port.ts';
import { openTestStore } from '../../postgres/choice.ts';
import { temporaryFolder } from '../../store/temporary.ts';

const act = (type: string, body: { readonly [field: string]: string } = {}) => ({
  type,
  body,
  at: new Date('2026-03-01T12:00:00Z'),
  tenant: 'acme',
  salt: new Uint8Array(32),
});

/** A store that runs each unit twice, as PostgreSQL's does after a conflict. */
const twice = (store: Store): Store => ({
  write: async (work) => {
    await store
      .write(async (tx) => {
        await work(tx);
        throw new Error('conflict');
      })
      .catch(() => {});
    return store.write(work);
  },
  read: (work) => store.read(work),
  first: (statement, params) => store.first(statement, params),
  highWater: () => store.highWater(),
  ping: () => store.ping(),
  tend: (now) => store.tend(now),
  processes: () => store.processes(),
  close: () => store.close(),
});

async function observed(wrap: (store: Store) => Store = (store) => store) {
  const tally = new Tally();
  let seconds = 0;
  const inner = await openTestStore({ folder: temporaryFolder() });
  const store = observedStore(wrap(inner), tally, () => {
    seconds += 0.02;
    return seconds;
  });
  return { tally, store, inner };
}

const enter = (tx: Tx, account: string, number: number, committed: number): Promise<number> =>
  tx.run(insertEntry, {
    account,
    number,
    period: '2026-03-01',
    at_ms: 0,
    kind: 'commit',
    reserved: 0,
    committed,
    licence_id: null,
    decision_id: null,
    allocation_id: null,
    by_id: 'x',
    reason: null,
    leaf_index: null,
  });

describe('an observed store', () => {
  it('counts acts by type, and judgements by their outcome, once they are durable', async () => {
    const { store, tally } = await observed();
    await store.write(async (tx) => {
      await tx.record(act('session.issued'));
      await tx.record(act('decision', { action: 'use', outcome: 'deny' }));
      await tx.record(act('appraisal', { outcome: 'accepted' }));
    });
    expect([...tally.acts]).toEqual([
      ['session.issued', 1],
      ['decision', 1],
      ['appraisal', 1],
    ]);
    const decisions = tally.counts({ name: 'sextant_decisions_total' } as never);
    expect(decisions).toContainEqual([['use', 'deny'], 1]);
    expect(decisions).toContainEqual([['allocation', 'allow'], 0]);
    expect(tally.units.byBucket.reduce((sum, count) => sum + count)).toBe(1);
    expect(tally.units.seconds).toBeCloseTo(0.02);
    await store.close();
  });

  it('counts nothing of a unit that failed, and its failure only where the store is at fault', async () => {
    const { store, tally, inner } = await observed();
    const refused = store.write(async (tx) => {
      await tx.record(act('decision', { action: 'use', outcome: 'allow' }));
      throw new Error('refused');
    });
    await expect(refused).rejects.toThrow('refused');
    expect(tally.acts.size).toBe(0);
    expect(tally.waiting).toBe(0);
    expect(tally.failures).toEqual({ overloaded: 0, store_unavailable: 0 });
    await inner.close();
    await expect(store.write(async () => {})).rejects.toBeInstanceOf(AvailabilityError);
    await expect(store.read(async () => {})).rejects.toBeInstanceOf(AvailabilityError);
    expect(tally.failures).toEqual({ overloaded: 0, store_unavailable: 2 });
  });

  it('counts once what ran twice', async () => {
    const { store, tally } = await observed(twice);
    await store.write(async (tx) => {
      await tx.record(act('appraisal', { outcome: 'refused' }));
    });
    expect(tally.acts.get('appraisal')).toBe(1);
    await store.close();
  });

  it('never makes a label of what it does not know', async () => {
    const { store, tally } = await observed();
    await store.write(async (tx) => {
      await tx.record(act('appraisal', { outcome: 'made up' }));
    });
    const labels = tally.counts({ name: 'sextant_appraisals_total' } as never).map(([values]) => values[0]);
    expect(labels).toEqual(['accepted', 'refused', 'other']);
    await store.close();
  });

  it('counts compute that licences pay for, and neither what is given back nor the entry of their party', async () => {
    const { store, tally } = await observed();
    await store.write(async (tx) => {
      await enter(tx, 'compute:licence:lic_a', 1, 70);
      await enter(tx, 'compute:licence:lic_a', 2, -30);
      await enter(tx, 'compute:party:pty_a:training', 1, 70);
      await enter(tx, 'tpp:licence:lic_a', 1, 5);
    });
    expect(tally.debitedE12).toBe(70);
    await store.close();
  });
});
