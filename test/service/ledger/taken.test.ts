import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LedgerError } from '../../../src/ledger/errors.ts';
import { takenTogether } from '../../../src/service/ledger/taken.ts';
import { putBalance } from '../../../src/store/ledger/balances.ts';
import { totalsAndRange, totalsOfTwo } from '../../../src/store/ledger/totals.ts';
import { temporaryStore } from '../../store/temporary.ts';

const MOST = Number.MAX_SAFE_INTEGER;
const days = ['2026-02-01', '2026-02-02', '2026-03-01', '2026-03-02'];

describe('what an account took in a window', () => {
  it('is exact, up to the last number that can be counted, and refused beyond', async () => {
    const { store } = await temporaryStore();
    const amount = fc.oneof(fc.maxSafeNat(), fc.nat({ max: 1000 }), fc.constant(0));
    const book = fc.array(amount, { minLength: 4, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(book, book, async (one, other) => {
        await store.write(async (tx) => {
          for (const [index, period] of days.entries()) {
            const of = (account: string, committed = 0) => ({ account, period, committed, entries: 1 });
            const whole = one[index] ?? 0;
            const reserved = Math.floor(whole / 3);
            await tx.run(putBalance, { ...of('one', whole - reserved), reserved });
            await tx.run(putBalance, { ...of('other', other[index]), reserved: 0 });
          }
        });
        const window = { one: 'one', other: 'other', first: days[1] ?? '', today: days[3] ?? '' };
        const rows = await store.read((view) => view.all(totalsOfTwo, window));
        for (const [account, book] of [
          ['one', one],
          ['other', other],
        ] as const) {
          const row = rows.find((found) => found.account === account && found.period === null);
          const exactly = book.slice(1).reduce((sum, value) => sum + BigInt(value), 0n);
          const read = () => BigInt(takenTogether(row ?? { high: -1, low: 0 }));
          if (exactly <= BigInt(MOST)) expect(read()).toBe(exactly);
          else expect(read).toThrow(LedgerError);
        }
        expect(rows.filter(({ period }) => period === days[3])).toHaveLength(2);
        const range = { one: 'none', other: 'other', third: 'one', from: days[0] ?? '', to: days[1] ?? '' };
        const [both] = await store.read((view) => view.all(totalsAndRange, range));
        const sum = BigInt(one[0] ?? 0) + BigInt(one[1] ?? 0);
        if (sum <= BigInt(MOST)) expect(BigInt(takenTogether(both ?? { high: -1, low: 0 }))).toBe(sum);
      }),
      { numRuns: 30 },
    );
  });
});
