import { beforeEach, describe, expect, it } from 'vitest';
import { adjust, computeOfLicence, computeOfParty } from '../../../src/ledger/index.ts';
import { Draft } from '../../../src/service/ledger/draft.ts';
import { openLeases } from '../../../src/service/ledger/leases.ts';
import { payerOf } from '../../../src/service/ledger/payer.ts';
import { releaseLease } from '../../../src/service/ledger/release-lease.ts';
import type { Hole, Store } from '../../../src/store/port.ts';
import { statement } from '../../../src/store/statement.ts';
import { temporaryStore } from '../../store/temporary.ts';
import {
  AT,
  actsAt,
  codesOf,
  eight,
  expectBooksToAgree,
  HOUR_OF_EIGHT,
  licence,
  registerParties,
  taken,
  use,
} from './books.ts';

const HOUR = 3_600_000;
const later = (milliseconds: number) => new Date(AT.getTime() + milliseconds);
const quota = (hours: number, windowDays = 30) => ({
  computeQuota: { operationsE12: hours * HOUR_OF_EIGHT, windowDays },
});
const ofLicence = computeOfLicence('lic_1').name;
const ofParent = computeOfParty('pty_parent', 'inference').name;

const sellParty = statement((db, hole: Hole<{ id: string; parent: string }>) =>
  db
    .updateTable('party')
    .set({ ultimate_parent_id: hole('parent') })
    .where('id', '=', hole('id')),
);

let store: Store;
beforeEach(async () => {
  ({ store } = await temporaryStore());
  await registerParties(store);
});

describe('a lease', () => {
  it('is debited from the licence and from the ultimate parent of its end user', async () => {
    const { reasons, drawn } = await store.write((tx) => use(tx, licence(quota(10))));
    expect(reasons).toEqual([]);
    expect(drawn.map(({ account, amount }) => [account, amount])).toEqual([
      [ofLicence, HOUR_OF_EIGHT],
      [ofParent, HOUR_OF_EIGHT],
    ]);
    await store.read(async (view) => {
      for (const account of [ofLicence, ofParent]) {
        expect(await taken(view, account)).toBe(HOUR_OF_EIGHT);
        expect(await taken(view, account, '2026-03-10')).toBe(HOUR_OF_EIGHT);
      }
    });
    expect(await expectBooksToAgree(store)).toBe(2);
  });

  it('that is renewed at half its life pays for the half that is new', async () => {
    await store.write((tx) => use(tx, licence(quota(10))));
    const renewed = await store.write((tx) => use(tx, licence(quota(10)), { at: later(HOUR / 2) }));
    expect(renewed.drawn[0]?.amount).toBe(HOUR_OF_EIGHT / 2);
    expect(await store.read((view) => taken(view, ofLicence))).toBe(1.5 * HOUR_OF_EIGHT);
    await expectBooksToAgree(store);
  });

  it('is paid until its grant ends, and no longer, though the licence would let it last', async () => {
    const short = { until: later(HOUR / 4) };
    const { drawn, weighed } = await store.write((tx) => use(tx, licence(quota(10)), short));
    expect(drawn.map(({ amount }) => amount)).toEqual([HOUR_OF_EIGHT / 4, HOUR_OF_EIGHT / 4]);
    expect(weighed?.hosts[0]?.untilMs).toBe(later(HOUR / 4).getTime());
    // The next one pays from there on, and its devices are free when it has ended.
    const renewed = await store.write((tx) => use(tx, licence(quota(10)), { at: later(HOUR / 8) }));
    expect(renewed.drawn[0]?.amount).toBe(HOUR_OF_EIGHT * (1 + 1 / 8 - 1 / 4));
    await expectBooksToAgree(store);
  });

  it('fits a quota that its full length would not', async () => {
    const under = licence(quota(1 / 4));
    expect(codesOf(await store.write((tx) => use(tx, under)))).toEqual(['quota.exhausted']);
    expect(codesOf(await store.write((tx) => use(tx, under, { until: later(HOUR / 4) })))).toEqual([]);
  });

  it('counts on the day on which it ends', async () => {
    await store.write((tx) => use(tx, licence(quota(10)), { at: later(11.5 * HOUR) }));
    expect(await store.read((view) => taken(view, ofLicence, '2026-03-11'))).toBe(HOUR_OF_EIGHT);
  });

  it('is counted under a licence that limits nothing, and said not to be where no table knows its chips', async () => {
    expect(codesOf(await store.write((tx) => use(tx, licence())))).toEqual([]);
    expect(await store.read((view) => taken(view, ofParent))).toBe(HOUR_OF_EIGHT);
    const host = { hostId: 'hst_2', model: 'Z1' };
    const unknown = await store.write((tx) => use(tx, licence(), { host }));
    expect(unknown).toMatchObject({ reasons: [], notCounted: ['Z1'] });
    expect(await store.read((view) => taken(view, ofParent))).toBe(HOUR_OF_EIGHT);
  });
});

describe('a quota', () => {
  it('is used up to the last operation, and not beyond', async () => {
    const under = licence({ computeQuota: { operationsE12: 2 * HOUR_OF_EIGHT, windowDays: 30 } });
    for (const hostId of ['hst_1', 'hst_2']) {
      expect(codesOf(await store.write((tx) => use(tx, under, { host: { hostId } })))).toEqual([]);
    }
    const third = await store.write((tx) => use(tx, under, { host: { hostId: 'hst_3' }, seconds: 60 }));
    expect(codesOf(third)).toEqual(['quota.exhausted']);
    expect(third.reasons[0]?.sentence).toContain('; 0 of');
    // The day of the debits leaves a window of thirty days whole.
    expect(third.reasons[0]?.sentence).toContain('free from 2026-04-10T00:00:00.000Z');
    expect(await store.read((view) => taken(view, ofLicence))).toBe(2 * HOUR_OF_EIGHT);
  });

  it('is free again when the days on which it was drawn have left the window', async () => {
    const under = licence(quota(1, 1));
    await store.write((tx) => use(tx, under));
    const denied = await store.write((tx) => use(tx, under, { at: new Date('2026-03-11T23:59:59.999Z') }));
    expect(codesOf(denied)).toEqual(['quota.exhausted']);
    const allowed = await store.write((tx) => use(tx, under, { at: new Date('2026-03-12T00:00:00Z') }));
    expect(codesOf(allowed)).toEqual([]);
  });

  it('says where one lease is more than all of it', async () => {
    const denied = await store.write((tx) =>
      use(tx, licence({ computeQuota: { operationsE12: 1, windowDays: 1 } })),
    );
    expect(codesOf(denied)).toEqual(['quota.exhausted']);
    expect(denied.reasons[0]?.sentence).toContain('more than the whole quota');
  });

  it('is shared by everybody whom one party owns, for the same purpose', async () => {
    await store.write((tx) => use(tx, licence(quota(1))));
    const sister = licence({ ...quota(1), endUser: 'pty_sister', purpose: 'Inference' }, 'lic_2');
    const host = { hostId: 'hst_2' };
    expect(codesOf(await store.write((tx) => use(tx, sister, { host })))).toEqual(['quota.exhausted']);
    for (const [other, hostId] of [
      [licence({ ...quota(1), endUser: 'pty_other' }, 'lic_3'), 'hst_3'],
      [licence({ ...quota(1), purpose: 'training' }, 'lic_4'), 'hst_4'],
    ] as const) {
      expect(codesOf(await store.write((tx) => use(tx, other, { host: { hostId } })))).toEqual([]);
    }
  });

  it('is not filled again by a change of owner', async () => {
    await store.write((tx) => use(tx, licence(quota(1))));
    await store.write((tx) => tx.run(sellParty, { id: 'pty_user', parent: 'pty_other' }));
    const host = { hostId: 'hst_2' };
    expect(codesOf(await store.write((tx) => use(tx, licence(quota(1)), { host })))).toEqual([
      'quota.exhausted',
    ]);
  });

  it('is denied, and not forgiven, where owners own each other', async () => {
    await store.write((tx) => tx.run(sellParty, { id: 'pty_parent', parent: 'pty_user' }));
    const denied = await store.write((tx) => use(tx, licence(quota(1))));
    expect(codesOf(denied)).toEqual(['quota.account-unknown']);
  });

  it('needs an end user and a purpose to be counted by', async () => {
    for (const missing of [{ endUser: undefined, consignee: undefined }, { purpose: undefined }]) {
      const under = licence({ ...quota(1), ...missing });
      expect(codesOf(await store.write((tx) => use(tx, under)))).toEqual(['quota.account-unknown']);
    }
    const unregistered = { ...licence(quota(1)).conditions, endUser: 'pty_unknown' };
    const under = { ...licence(), conditions: unregistered };
    expect(codesOf(await store.write((tx) => use(tx, under)))).toEqual(['quota.account-unknown']);
  });

  it('never counts a chip that no table knows as nothing', async () => {
    const host = { model: 'Z1' };
    const denied = await store.write((tx) => use(tx, licence(quota(1)), { host }));
    expect(codesOf(denied)).toEqual(['chip.unknown']);
  });

  it('that cannot be counted exactly denies', async () => {
    const dear = new Map([['H100', { tpp: 1, peakE12PerSecond: Number.MAX_SAFE_INTEGER }]]);
    const books = await store.read((view) =>
      openLeases(view, {
        licence: licence(quota(1)),
        payer: null,
        hosts: [{ hostId: 'hst_1', devices: ['a', 'b'].map((id) => ({ id, chip: null, model: 'H100' })) }],
        longest: later(HOUR),
        at: AT,
        table: dear,
      }),
    );
    expect(books.atMost).toBeNull();
    const denied = books.settle(new Map());
    expect(codesOf(denied)).toEqual(['ledger.uncountable']);
    expect(denied.debits).toBeNull();
  });
});

describe('one device', () => {
  it('draws on one grant at a time', async () => {
    await store.write((tx) => use(tx, licence()));
    const other = licence({}, 'lic_2');
    const denied = await store.write((tx) => use(tx, other, { at: later(HOUR - 1) }));
    expect(new Set(codesOf(denied))).toEqual(new Set(['device.leased-elsewhere']));
    expect(denied.reasons).toHaveLength(8);
    expect(codesOf(await store.write((tx) => use(tx, other, { at: later(HOUR) })))).toEqual([]);
  });

  it('that another host took over is not renewed as if it were still there', async () => {
    await store.write((tx) => use(tx, licence()));
    const moved = { hostId: 'hst_2', devices: eight('hst_1') };
    expect(codesOf(await store.write((tx) => use(tx, licence(), { host: moved, at: later(HOUR) })))).toEqual(
      [],
    );
    const back = await store.write((tx) => use(tx, licence(), { at: later(1.5 * HOUR) }));
    expect(new Set(codesOf(back))).toEqual(new Set(['device.leased-elsewhere']));
  });

  it('that its host no longer shows is free when the grant that named it has ended', async () => {
    await store.write((tx) => use(tx, licence()));
    const fewer = { devices: eight('hst_1').slice(1) };
    await store.write((tx) => use(tx, licence(), { host: fewer, at: later(HOUR / 2) }));
    const gone = { hostId: 'hst_2', devices: eight('hst_1').slice(0, 1) };
    const under = licence({}, 'lic_2');
    expect(codesOf(await store.write((tx) => use(tx, under, { host: gone, at: later(HOUR - 1) })))).toEqual([
      'device.leased-elsewhere',
    ]);
    expect(codesOf(await store.write((tx) => use(tx, under, { host: gone, at: later(HOUR) })))).toEqual([]);
    // The others are renewed on their terms: what left was not theirs any more.
    const renewed = await store.write((tx) => use(tx, licence(), { host: fewer, at: later(1.25 * HOUR) }));
    expect(renewed.drawn[0]?.amount).toBe(7 * 1_979 * 2_700);
  });
});

describe('the TPP in use', () => {
  const under = licence({ tppCap: 16 * 15_824 });

  it('stays within the cap of the licence, host by host', async () => {
    for (const hostId of ['hst_1', 'hst_2']) {
      expect(codesOf(await store.write((tx) => use(tx, under, { host: { hostId } })))).toEqual([]);
    }
    const third = { hostId: 'hst_3', devices: ['one'] };
    expect(codesOf(await store.write((tx) => use(tx, under, { host: third })))).toEqual([
      'ledger.tpp-exceeded',
    ]);
    const renewed = await store.write((tx) => use(tx, under, { at: later(HOUR / 2) }));
    expect(codesOf(renewed)).toEqual([]);
    expect(codesOf(await store.write((tx) => use(tx, under, { host: third, at: later(HOUR) })))).toEqual([]);
  });

  it('is asked anew where a lease has lapsed, though it comes back as it was', async () => {
    await store.write((tx) => use(tx, under));
    for (const hostId of ['hst_2', 'hst_3']) {
      await store.write((tx) => use(tx, under, { host: { hostId }, at: later(HOUR) }));
    }
    const back = await store.write((tx) => use(tx, under, { at: later(1.5 * HOUR) }));
    expect(codesOf(back)).toEqual(['ledger.tpp-exceeded']);
  });

  it('counts what a host showed before, until the grant that named it has ended, and what it keeps once', async () => {
    const few = licence({ tppCap: 12 * 15_824 });
    await store.write((tx) => use(tx, few));
    const other = { devices: eight('other') };
    expect(codesOf(await store.write((tx) => use(tx, few, { host: other, at: later(HOUR - 1) })))).toEqual([
      'ledger.tpp-exceeded',
    ]);
    const half = { devices: [...eight('hst_1').slice(4), ...eight('other').slice(4)] };
    expect(codesOf(await store.write((tx) => use(tx, few, { host: half, at: later(1) })))).toEqual([]);
    expect(codesOf(await store.write((tx) => use(tx, few, { host: other, at: later(2 * HOUR) })))).toEqual(
      [],
    );
  });
});

describe('a release', () => {
  const delay = { statusTtlMs: 600_000, clockSkewMs: 60_000, by: 'prn_1', reason: 'revoked' };
  const revoke = (at: Date) =>
    store.write((tx) =>
      releaseLease(actsAt(AT), tx, {
        licenceId: 'lic_1',
        hostId: 'hst_1',
        tenant: 'chips',
        revokedAt: at,
        ...delay,
      }),
    );

  it('gives back what nobody can use any more, in both accounts, and frees the devices then', async () => {
    await store.write((tx) => use(tx, licence(quota(10))));
    const credit = await revoke(later(1_000_000));
    expect(credit).toBe(Math.floor((8 * 1_979 * (HOUR - 1_660_000)) / 1000));
    await store.read(async (view) => {
      for (const account of [ofLicence, ofParent]) {
        expect(await taken(view, account)).toBe(HOUR_OF_EIGHT - credit);
      }
    });
    const other = licence({}, 'lic_2');
    const early = await store.write((tx) => use(tx, other, { at: later(1_659_999) }));
    expect(new Set(codesOf(early))).toEqual(new Set(['device.leased-elsewhere']));
    expect(codesOf(await store.write((tx) => use(tx, other, { at: later(1_660_000) })))).toEqual([]);
    await expectBooksToAgree(store);
  });

  it('gives nothing back twice, and nothing where there is no lease', async () => {
    await store.write((tx) => use(tx, licence(quota(10))));
    await revoke(later(0));
    expect(await revoke(later(0))).toBe(0);
    expect(
      await store.write((tx) =>
        releaseLease(actsAt(AT), tx, {
          licenceId: 'lic_9',
          hostId: 'hst_1',
          tenant: 'chips',
          revokedAt: AT,
          ...delay,
        }),
      ),
    ).toBe(0);
  });

  it('gives back no more than an authority has left there', async () => {
    await store.write((tx) => use(tx, licence(quota(10))));
    await store.write(async (tx) => {
      const draft = new Draft(tx);
      const change = adjust(7 - HOUR_OF_EIGHT);
      await draft.enter({ account: ofLicence, period: '2026-03-10', change });
      const nothing = { licence_id: null, decision_id: null, allocation_id: null, leaf_index: null };
      await draft.write(tx, { ...nothing, at_ms: AT.getTime(), by_id: 'test', reason: 'counted anew' });
    });
    expect(await revoke(AT)).toBe(7);
    expect(await store.read((view) => taken(view, ofLicence))).toBe(0);
    expect(await store.read((view) => taken(view, ofParent))).toBeLessThan(HOUR_OF_EIGHT);
    await expectBooksToAgree(store);
  });

  it('gives back where it was paid, though the day has changed since', async () => {
    const at = later(11.75 * HOUR);
    await store.write((tx) => use(tx, licence(quota(10)), { at }));
    await revoke(at);
    // Nothing is paid for what is left of it, and that still stands where it was paid.
    await store.write((tx) => use(tx, licence(quota(10)), { at, seconds: 60 }));
    expect(await revoke(new Date(at.getTime() - 300_000))).toBe(8 * 1_979 * 300);
    await expectBooksToAgree(store);
  });
});

describe('a threshold', () => {
  it('is told by the debit that reaches it', async () => {
    const dear = new Map([['H100', { tpp: 1, peakE12PerSecond: 10 ** 10 }]]);
    const ask = async (seconds: number) => {
      const { settle } = await store.read(async (view) =>
        openLeases(view, {
          licence: licence(),
          payer: await payerOf(view, licence().conditions),
          hosts: [{ hostId: 'hst_1', devices: [{ id: 'a', chip: null, model: 'H100' }] }],
          longest: later(seconds * 1000),
          at: AT,
          table: dear,
        }),
      );
      return settle(new Map());
    };
    expect((await ask(9_999)).debits?.reached).toEqual([]);
    expect((await ask(10_000)).debits?.reached.map(({ name }) => name)).toEqual(['10^26 operations']);
  });
});
