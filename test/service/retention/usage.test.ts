import { describe, expect, it } from 'vitest';
import {
  AGED,
  type AgedPage,
  BEGINNING,
  type Candidate,
  heldBy,
} from '../../../src/service/retention/classes/index.ts';
import { insertPayment, insertUsageReport } from '../../../src/store/ledger/usage.ts';
import type { Store } from '../../../src/store/port.ts';
import { serviceStore } from '../../store/temporary.ts';

const until = new Date(10_000);
const LICENCE = `lic_${'0'.repeat(26)}`;
const HOSTS = ['1', '2', '3'].map((digit) => `hst_${digit.repeat(26)}`);

/** All that is old enough, a few at a time. */
async function pages(store: Store, name: 'payments' | 'usage', limit = 4): Promise<readonly Candidate[]> {
  const found: Candidate[] = [];
  let after: AgedPage['after'] = BEGINNING;
  for (;;) {
    const page = await store.read((view) => AGED[name](view, { until, after, limit, now: until }));
    found.push(...page);
    const last = page.at(-1);
    if (last === undefined || page.length < limit) return found;
    after = last.at;
  }
}

describe('what was paid and reported, once it is old', () => {
  it('is found once each, however many ended at one instant, and not what ended later', async () => {
    const { store } = await serviceStore();
    const ends = [5_000, 5_000, 5_000, 9_999, 10_000];
    await store.write(async (tx) => {
      for (const host_id of HOSTS) {
        for (const [place, until_ms] of ends.entries()) {
          const decision_id = `dec_${String(place).repeat(26)}`;
          const paid = {
            from_ms: 0,
            until_ms,
            rate_e12: 1,
            peak_e12: 1,
            account: null,
            period: '1970-01-01',
          };
          await tx.run(insertPayment, { licence_id: LICENCE, host_id, decision_id, ...paid });
        }
      }
    });
    const found = await pages(store, 'payments');
    const ids = found.flatMap(({ items }) => items.map(([, id]) => id));
    expect([ids.length, new Set(ids).size]).toEqual([12, 12]);
    // Whoever holds a host holds what was paid for it.
    const held = new Map([[HOSTS[1] ?? '', 'legal-hold:hld_1']]);
    expect(found.filter((one) => heldBy(one, held) !== null)).toHaveLength(4);
    await store.write(async (tx) => {
      for (const one of found) await one.remove(tx);
    });
    expect(await pages(store, 'payments')).toEqual([]);
  });

  it('is needed where the last window of a host under a licence ended', async () => {
    const { store } = await serviceStore();
    await store.write(async (tx) => {
      for (const [place, host_id] of HOSTS.entries()) {
        for (const until_ms of [1_000, 2_000 + place]) {
          const sha256 = `${host_id} ${until_ms}`;
          const sums = { leased_e12: 1, credited_e12: 0, leaf_index: until_ms };
          const said = { report: '', reported_by: null, input_sha256: sha256, ...sums };
          const about = { sha256, licence_id: LICENCE, host_id, from_ms: 0, until_ms };
          await tx.run(insertUsageReport, { ...about, at_ms: 3_000, ...said });
        }
      }
    });
    const found = await pages(store, 'usage');
    expect(found).toHaveLength(6);
    const needed = found.flatMap(({ neededBy }) => neededBy ?? []);
    expect(needed.sort()).toEqual(HOSTS.map((id) => `host:${id}`));
    expect(found.filter(({ neededBy }) => neededBy === null).every(({ at }) => at.id.endsWith(' 1000'))).toBe(
      true,
    );
  });
});
