import { beforeEach, describe, expect, it } from 'vitest';
import type { Store } from '../../../src/store/port.ts';
import { temporaryStore } from '../../store/temporary.ts';
import { AT, codesOf, eight, HOUR_OF_EIGHT, licence, registerParties, use } from './books.ts';

const HOUR = 3_600_000;
const later = (milliseconds: number) => new Date(AT.getTime() + milliseconds);
const computeQuota = { operationsE12: 10 * HOUR_OF_EIGHT, windowDays: 30 };

let store: Store;
beforeEach(async () => {
  ({ store } = await temporaryStore());
  await registerParties(store);
});

describe('one chip', () => {
  const mine = { hostId: 'hst_1', devices: ['mine'], chips: { mine: 'gpu_1' } };
  const theirs = { hostId: 'hst_2', devices: ['theirs'], chips: { theirs: 'gpu_1' } };
  const other = licence({}, 'lic_2');

  it('draws on one grant at a time, whoever registered it', async () => {
    await store.write((tx) => use(tx, licence(), { host: mine }));
    const denied = await store.write((tx) => use(tx, other, { host: theirs, at: later(HOUR - 1) }));
    expect(denied.reasons).toMatchObject([{ code: 'device.leased-elsewhere', subject: 'device:theirs' }]);
    expect(JSON.stringify([denied.reasons, denied.weighed])).not.toMatch(/mine|hst_1|lic_1/);
    expect(codesOf(await store.write((tx) => use(tx, other, { host: theirs, at: later(HOUR) })))).toEqual([]);
    // Whoever had it before is not renewed as if it still had it.
    const back = await store.write((tx) => use(tx, licence(), { host: mine, at: later(1.5 * HOUR) }));
    expect(codesOf(back)).toEqual(['device.leased-elsewhere']);
  });

  it('that is no longer proven is the same device still', async () => {
    await store.write((tx) => use(tx, licence(), { host: mine }));
    const unproven = { ...mine, hostId: 'hst_2', chips: {} };
    expect(codesOf(await store.write((tx) => use(tx, other, { host: unproven })))).toEqual([
      'device.leased-elsewhere',
    ]);
  });

  it('that is proven while it draws is taken by its name from then on', async () => {
    await store.write((tx) => use(tx, licence(), { host: { ...mine, chips: {} } }));
    expect(codesOf(await store.write((tx) => use(tx, licence(), { host: mine, at: later(1) })))).toEqual([]);
    expect(codesOf(await store.write((tx) => use(tx, other, { host: theirs, at: later(2) })))).toEqual([
      'device.leased-elsewhere',
    ]);
  });

  it('with two names under one licence is paid and counted once', async () => {
    const twice = { hostId: 'hst_1', devices: ['a', 'b'], chips: { a: 'gpu_1', b: 'gpu_1' } };
    const terms = { computeQuota, tppCap: 15_824, models: [{ model: 'H100', quantity: 1 }] };
    const { reasons, drawn } = await store.write((tx) => use(tx, licence(terms), { host: twice }));
    expect(reasons).toEqual([]);
    expect(drawn[0]?.amount).toBe(1_979 * 3600);
    const next = { hostId: 'hst_2', devices: ['c'] };
    const more = await store.write((tx) => use(tx, licence(terms), { host: next }));
    expect(codesOf(more)).toEqual(['ledger.tpp-exceeded', 'ledger.quantity-exceeded']);
  });

  it('of which no table knows the model draws on one grant at a time too', async () => {
    const unknown = { ...mine, model: 'Z1' };
    await store.write((tx) => use(tx, licence(), { host: unknown }));
    const again = { ...theirs, model: 'Z1' };
    expect(codesOf(await store.write((tx) => use(tx, other, { host: again })))).toEqual([
      'device.leased-elsewhere',
    ]);
  });
});

describe('models in use', () => {
  const under = licence({ models: [{ model: 'H100', quantity: 10 }] });
  const ask = (hostId: string, count: number, at = AT) =>
    store.write((tx) => use(tx, under, { host: { hostId, devices: eight(hostId).slice(0, count) }, at }));

  it('stay within the licence over all its grants, host by host', async () => {
    expect(codesOf(await ask('hst_1', 8))).toEqual([]);
    const denied = await ask('hst_2', 3);
    expect(codesOf(denied)).toEqual(['ledger.quantity-exceeded']);
    expect(denied.reasons[0]?.sentence).toContain('3 H100 more; of 10 on the licence there are 2 left');
    expect(codesOf(await ask('hst_2', 2))).toEqual([]);
    // A renewal puts nothing more into use; another model is another sum.
    expect(codesOf(await ask('hst_1', 8, later(HOUR / 2)))).toEqual([]);
    const others = { hostId: 'hst_3', model: 'A100' };
    expect(codesOf(await store.write((tx) => use(tx, under, { host: others })))).toEqual([]);
  });

  it('count until their grants have ended', async () => {
    await ask('hst_1', 8);
    expect(codesOf(await ask('hst_2', 8, later(HOUR - 1)))).toEqual(['ledger.quantity-exceeded']);
    expect(codesOf(await ask('hst_2', 8, later(HOUR)))).toEqual([]);
    expect(codesOf(await ask('hst_1', 8, later(1.5 * HOUR)))).toEqual(['ledger.quantity-exceeded']);
  });

  it('are counted also where no table knows them', async () => {
    const rare = licence({ models: [{ model: 'Z1', quantity: 1 }] });
    const zed = (hostId: string) => ({ hostId, devices: [hostId], model: 'Z1' });
    expect(codesOf(await store.write((tx) => use(tx, rare, { host: zed('hst_1') })))).toEqual([]);
    expect(codesOf(await store.write((tx) => use(tx, rare, { host: zed('hst_2') })))).toEqual([
      'ledger.quantity-exceeded',
    ]);
  });
});
