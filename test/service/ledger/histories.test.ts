import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chipsOfLicence } from '../../../src/ledger/index.ts';
import { releaseLease } from '../../../src/service/ledger/release-lease.ts';
import { temporaryStore } from '../../store/temporary.ts';
import { fuzzRuns } from '../../vectors.ts';
import {
  AT,
  actsAt,
  eight,
  expectBooksToAgree,
  HOUR_OF_EIGHT,
  licence,
  registerParties,
  ship,
  type TestLicence,
  taken,
  use,
} from './books.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const QUOTA = { operationsE12: 6 * HOUR_OF_EIGHT, windowDays: 2 };
const DELAY = { statusTtlMs: 300_000, clockSkewMs: 60_000, by: 'prn_1', reason: 'revoked' };
const MOST_IN_USE = 16;
const MOST_DELIVERED = 9;

/** Two licences of sisters, so that one quota is held against both; each run has a purpose and hosts of its own. */
function licencesOf(run: number): TestLicence[] {
  const models = [{ model: 'A100', quantity: MOST_DELIVERED }];
  const terms = { computeQuota: QUOTA, models, tppCap: MOST_IN_USE * 15_824, purpose: `run ${run}` };
  return ['pty_user', 'pty_sister'].map((endUser) => licence({ ...terms, endUser }, `lic_${run}_${endUser}`));
}

const under = fc.nat(1);
const host = fc.constantFrom('hst_1', 'hst_2', 'hst_3');
const act = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('use' as const),
      under,
      host,
      // Whose cards it shows, and how many: they are moved, and fail.
      of: host,
      shown: fc.integer({ min: 1, max: 8 }),
      seconds: fc.integer({ min: 60, max: 3 * 3600 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('revoke' as const), under, host }) },
  {
    weight: 2,
    arbitrary: fc.record({
      kind: fc.constant('ship' as const),
      under,
      quantity: fc.integer({ min: 1, max: 6 }),
    }),
  },
);
/** What is asked at the same moment, and how long it is until then. */
const step = fc.record({
  waits: fc.integer({ min: 1, max: 8 * HOUR }),
  acts: fc.array(act, { minLength: 1, maxLength: 6 }),
});

/** A grant of one chip, for as long as somebody may honour it. */
type Granted = { under: string; host: string; device: string; from: number; until: number };

/** Milliseconds in which a device may compute between two instants, however many grants name it. */
function busy(granted: readonly Granted[], from: number, until: number): number {
  let sum = 0;
  for (const own of Map.groupBy(granted, ({ device }) => device).values()) {
    let free = from;
    for (const grant of own.toSorted((one, other) => one.from - other.from)) {
      const begins = Math.max(free, grant.from);
      const ends = Math.min(until, grant.until);
      if (ends > begins) sum += ends - begins;
      free = Math.max(free, ends);
    }
  }
  return sum;
}

function expectCapsToHold(licences: readonly TestLicence[], granted: readonly Granted[]): void {
  const all = granted.filter(({ from, until }) => until > from);
  for (const { from, until, device, ...by } of all) {
    for (const end of [until, from + QUOTA.windowDays * DAY]) {
      const computed = (busy(all, end - QUOTA.windowDays * DAY, end) * 1_979) / 1000;
      expect(computed).toBeLessThanOrEqual(QUOTA.operationsE12);
    }
    const inUse = all.filter((other) => other.from <= from && from < other.until);
    for (const { id } of licences) {
      const devices = new Set(inUse.filter((other) => other.under === id).map((other) => other.device));
      expect(devices.size).toBeLessThanOrEqual(MOST_IN_USE);
    }
    const holders = inUse.filter((other) => other.device === device);
    for (const holder of holders) expect(holder).toMatchObject(by);
  }
}

describe('any history of requests, many at the same moment', () => {
  it('passes no cap, lends no device twice, and leaves balances that are the sum of their entries', async () => {
    const { store } = await temporaryStore({ dangerouslyUnsynced: true });
    await registerParties(store);
    let run = 0;
    const outcomes = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 14 }), async (steps) => {
        const licences = licencesOf(++run);
        const granted: Granted[] = [];
        let now = AT.getTime();
        for (const { waits, acts } of steps) {
          now += waits;
          const at = new Date(now);
          await Promise.all(
            acts.map((asked) =>
              store.write(async (tx) => {
                const terms = licences[asked.under] ?? licence();
                if (asked.kind === 'ship') {
                  const { reasons } = await ship(tx, terms, 'A100', asked.quantity, at);
                  outcomes.add(reasons[0]?.code ?? 'shipped');
                  return;
                }
                const key = { under: terms.id, host: `${run}-${asked.host}` };
                if (asked.kind === 'revoke') {
                  const ended = { licenceId: key.under, hostId: key.host, tenant: 'chips', revokedAt: at };
                  if ((await releaseLease(actsAt(at), tx, { ...ended, ...DELAY })) > 0)
                    outcomes.add('given back');
                  for (const grant of granted) {
                    if (grant.under !== key.under || grant.host !== key.host) continue;
                    grant.until = Math.min(grant.until, now + DELAY.statusTtlMs + DELAY.clockSkewMs);
                  }
                  return;
                }
                // Each licence has its exporter's own names for the same chips.
                const cards = eight(`${run}-${asked.of}`).slice(0, asked.shown);
                const chips = Object.fromEntries(cards.map((card) => [`${terms.id} ${card}`, card]));
                const { seconds } = asked;
                const { reasons } = await use(tx, terms, {
                  host: { hostId: key.host, devices: Object.keys(chips), chips },
                  seconds,
                  at,
                });
                outcomes.add(reasons[0]?.code ?? 'granted');
                if (reasons.length > 0) return;
                const until = now + seconds * 1000;
                for (const device of cards) granted.push({ ...key, device, from: now, until });
              }),
            ),
          );
        }
        expectCapsToHold(licences, granted);
        for (const { id } of licences) {
          const delivered = await store.read((view) => taken(view, chipsOfLicence(id, 'A100').name));
          expect(delivered).toBeLessThanOrEqual(MOST_DELIVERED);
        }
      }),
      { numRuns: Math.max(60, Math.floor(fuzzRuns / 50)) },
    );
    await expectBooksToAgree(store);
    // It was no history in which nothing happens.
    expect([...outcomes]).toEqual(
      expect.arrayContaining([
        'device.leased-elsewhere',
        'given back',
        'granted',
        'ledger.quantity-exceeded',
        'quota.exhausted',
        'shipped',
      ]),
    );
  }, 300_000);
});
