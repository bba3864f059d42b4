import { beforeEach, describe, expect, it } from 'vitest';
import { chipsOfLicence, tppOfConsignee, tppOfCountry, tppOfLicence } from '../../../src/ledger/index.ts';
import { allocate } from '../../../src/service/ledger/allocations.ts';
import type { Store } from '../../../src/store/port.ts';
import { temporaryStore } from '../../store/temporary.ts';
import { AT, codesOf, expectBooksToAgree, licence, registerParties, ship, taken } from './books.ts';

const models = [
  { model: 'A100', quantity: 100 },
  { model: 'H100', quantity: 10 },
];

let store: Store;
beforeEach(async () => {
  ({ store } = await temporaryStore());
  await registerParties(store);
});

describe('an allocation', () => {
  it('counts by licence, by model, by consignee and month, and by country and month', async () => {
    const { reasons, drawn } = await store.write((tx) => ship(tx, licence({ models }), 'A100', 3));
    expect(reasons).toEqual([]);
    const tpp = 3 * 4_992;
    expect(drawn.map(({ account, amount }) => [account, amount])).toEqual([
      [tppOfLicence('lic_1').name, tpp],
      [tppOfConsignee('pty_user').name, tpp],
      [tppOfCountry('DE').name, tpp],
      [chipsOfLicence('lic_1', 'A100').name, 3],
    ]);
    await store.read(async (view) => {
      expect(await taken(view, tppOfConsignee('pty_user').name, '2026-03')).toBe(tpp);
      expect(await taken(view, tppOfCountry('DE').name, '2026-03')).toBe(tpp);
      expect(await taken(view, tppOfLicence('lic_1').name)).toBe(tpp);
    });
    expect(await expectBooksToAgree(store)).toBe(4);
  });

  it('writes nothing where it is only asked', async () => {
    await store.read((view) =>
      allocate(view, {
        licence: licence({ models }),
        chips: [{ model: 'A100', quantity: 1 }],
        at: AT,
        table: new Map([['A100', { tpp: 1, peakE12PerSecond: 1 }]]),
      }),
    );
    expect(await expectBooksToAgree(store)).toBe(0);
  });

  it.each([
    ['more than the cap', { models, tppCap: 5 * 4_992 }, 'A100', 6, 'ledger.tpp-exceeded'],
    ['more of a model than the licence names', { models }, 'H100', 11, 'ledger.quantity-exceeded'],
    [
      'a model that the licence does not name',
      { models: models.slice(1) },
      'A100',
      1,
      'ledger.quantity-exceeded',
    ],
    ['a model in no table', { models: [{ model: 'Z1', quantity: 1 }] }, 'Z1', 1, 'chip.unknown'],
    ['no consignee', { models, consignee: undefined }, 'A100', 1, 'ledger.consignee-unknown'],
  ])('is denied for %s', async (_, terms, model, quantity, code) => {
    const denied = await store.write((tx) => ship(tx, licence(terms), model, quantity));
    expect(codesOf(denied)).toEqual([code]);
    expect(denied.allocation).toBeNull();
    expect(await expectBooksToAgree(store)).toBe(0);
  });

  it('is held against what was allocated before, and says what is left', async () => {
    const under = licence({ models, tppCap: 5 * 4_992 });
    await store.write((tx) => ship(tx, under, 'A100', 4));
    const denied = await store.write((tx) => ship(tx, under, 'A100', 2));
    expect(codesOf(denied)).toEqual(['ledger.tpp-exceeded']);
    expect(denied.reasons[0]?.sentence).toContain('4992 are left; 9984 are asked for');
    expect(codesOf(await store.write((tx) => ship(tx, under, 'A100', 1)))).toEqual([]);
  });

  it('that cannot be counted exactly denies', async () => {
    const denied = await store.read((view) =>
      allocate(view, {
        licence: licence({ models }),
        chips: [{ model: 'A100', quantity: 100 }],
        at: AT,
        table: new Map([['A100', { tpp: Number.MAX_SAFE_INTEGER, peakE12PerSecond: 1 }]]),
      }),
    );
    expect(codesOf(denied)).toEqual(['ledger.uncountable']);
  });
});
