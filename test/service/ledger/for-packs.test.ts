import { beforeEach, describe, expect, it } from 'vitest';
import { adjust, tppAtHome, WHOLE } from '../../../src/ledger/index.ts';
import { Draft } from '../../../src/service/ledger/draft.ts';
import { deliveredForPacks } from '../../../src/service/ledger/for-packs.ts';
import type { Store } from '../../../src/store/port.ts';
import { temporaryStore } from '../../store/temporary.ts';
import { AT, licence, registerParties, ship } from './books.ts';

let store: Store;
beforeEach(async () => {
  ({ store } = await temporaryStore());
  await registerParties(store);
});

const models = [{ model: 'A100', quantity: 100 }];
const tell = ({ country = 'DE' as string | null, destinations = ['DE'], at = AT } = {}) =>
  store.read((view) =>
    deliveredForPacks(view, { id: 'pty_user', country }, { tenant: 'exporter', destinations, at }),
  );

describe('rule packs', () => {
  it('are told what the consignee got in the calendar year, and its country in all', async () => {
    const lastYear = new Date('2025-12-31T23:59:59Z');
    await store.write((tx) => ship(tx, licence({ models }), 'A100', 1, lastYear));
    await store.write((tx) => ship(tx, licence({ models }), 'A100', 2));
    const neighbour = { parties: ['pty_other'], consignee: 'pty_other', endUser: 'pty_other' };
    await store.write((tx) => ship(tx, licence({ models, ...neighbour }, 'lic_2'), 'A100', 4));
    const consigneeYearTpp = 2 * 4_992;
    const countryPeriodTpp = 7 * 4_992;
    expect(await tell()).toEqual({ consigneeYearTpp, countryPeriodTpp, destinationTpp: countryPeriodTpp });
    expect(await tell({ at: lastYear })).toMatchObject({ consigneeYearTpp: 4_992 });
    expect(await tell({ destinations: ['DE', 'FR'] })).toEqual({ consigneeYearTpp, countryPeriodTpp });
    expect(await tell({ country: null })).toEqual({ consigneeYearTpp });
  });

  it('are told of shipments at home where somebody entered them', async () => {
    expect(await tell()).not.toHaveProperty('homeShipmentsTpp');
    const put = (amount: number) =>
      store.write(async (tx) => {
        const draft = new Draft(tx);
        await draft.enter({ account: tppAtHome('exporter').name, period: WHOLE, change: adjust(amount) });
        const nothing = { licence_id: null, decision_id: null, allocation_id: null, leaf_index: null };
        await draft.write(tx, { ...nothing, at_ms: AT.getTime(), by_id: 'test', reason: 'known' });
      });
    await put(5);
    expect(await tell()).toMatchObject({ homeShipmentsTpp: 5 });
    await put(-5);
    expect(await tell()).toMatchObject({ homeShipmentsTpp: 0 });
  });
});
