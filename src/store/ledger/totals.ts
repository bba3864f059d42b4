import type { Expression, ExpressionBuilder, Kysely } from 'kysely';
import type { Hole } from '../port.ts';
import type { Schema } from '../schema.ts';
import { statement } from '../statement.ts';

/** A sum of safe integers need not be one: it is read in two parts, `high` times this and `low`. */
export const HALF = 2 ** 32;

/** What an account holds in one period, or in `period` null what it took in several together. */
export type TotalRow = {
  readonly account: string;
  readonly period: string | null;
  readonly reserved: number;
  readonly committed: number;
  readonly entries: number;
  readonly high: number;
  readonly low: number;
};

/** Two accounts: their totals, what they hold in periods from one on, and what they took in all from an earlier one on. */
export const totalsOfTwo = statement(
  (db, hole: Hole<{ one: string; other: string; first: string; today: string }>) => {
    const of = (account: 'one' | 'other') =>
      db.selectFrom('ledger_balance').where('account', '=', hole(account)).select(asItStands);
    // One by one: SQLite would make a table of the two that `in` names, anew for each run.
    return of('one')
      .where('period', '=', '')
      .unionAll(of('other').where('period', '=', ''))
      .unionAll(of('one').where('period', '>=', hole('today')))
      .unionAll(of('other').where('period', '>=', hole('today')))
      .unionAll(since(db, hole('one'), hole('first')))
      .unionAll(since(db, hole('other'), hole('first')));
  },
);

/** The totals of two accounts, and what a third took in a range of periods. */
export const totalsAndRange = statement(
  (db, hole: Hole<{ one: string; other: string; third: string; from: string; to: string }>) => {
    const total = (account: 'one' | 'other') =>
      db
        .selectFrom('ledger_balance')
        .where('account', '=', hole(account))
        .where('period', '=', '')
        .select(asItStands);
    return total('one')
      .unionAll(total('other'))
      .unionAll(
        db
          .selectFrom('ledger_balance')
          .where('account', '=', hole('third'))
          .where('period', '>=', hole('from'))
          .where('period', '<=', hole('to'))
          .groupBy('account')
          .select(together),
      );
  },
);

/** Of one account: where it is known to be one, no row need be compared with the one before. No row where it holds nothing then. */
function since(db: Kysely<Schema>, account: Expression<string>, first: Expression<string>) {
  return db
    .selectFrom('ledger_balance')
    .where('account', '=', account)
    .where('period', '>=', first)
    .having((row) => row.fn.countAll<number>(), '>', 0)
    .select((row) => {
      const [, ...sums] = together(row);
      return [row.cast<string>(account, 'text').as('account'), ...sums] as const;
    });
}

type Balances = ExpressionBuilder<Schema, 'ledger_balance'>;

const ZERO = (row: Balances) => row.lit<number>(0);

function asItStands(row: Balances) {
  return [
    'ledger_balance.account' as const,
    row.cast<string | null>('ledger_balance.period', 'text').as('period'),
    'ledger_balance.reserved' as const,
    'ledger_balance.committed' as const,
    'ledger_balance.entries' as const,
    ZERO(row).as('high'),
    ZERO(row).as('low'),
  ] as const;
}

function together(row: Balances) {
  // PostgreSQL's sums are of another type than what is summed, which divides otherwise.
  const sum = row.cast<number>(
    row.fn.sum(row('ledger_balance.reserved', '+', row.ref('ledger_balance.committed'))),
    'bigint',
  );
  return [
    'ledger_balance.account' as const,
    row.cast<string | null>(row.lit(null), 'text').as('period'),
    ZERO(row).as('reserved'),
    ZERO(row).as('committed'),
    ZERO(row).as('entries'),
    row(sum, '/', row.lit(HALF)).as('high'),
    row(sum, '%', row.lit(HALF)).as('low'),
  ] as const;
}
