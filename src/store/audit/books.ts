import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';

/** Every entry of the books behind one of them, by account and number. */
export const entriesBehind = statement((db, hole: Hole<{ account: string; number: number; limit: number }>) =>
  db
    .selectFrom('ledger_entry')
    .selectAll()
    .where((row) =>
      row.or([
        row('account', '>', hole('account')),
        row.and([row('account', '=', hole('account')), row('number', '>', hole('number'))]),
      ]),
    )
    .orderBy('account')
    .orderBy('number')
    .limit(hole('limit')),
);

/** Every balance behind one of them, by account and period. */
export const balancesBehind = statement(
  (db, hole: Hole<{ account: string; period: string; limit: number }>) =>
    db
      .selectFrom('ledger_balance')
      .selectAll()
      .where((row) =>
        row.or([
          row('account', '>', hole('account')),
          row.and([row('account', '=', hole('account')), row('period', '>', hole('period'))]),
        ]),
      )
      .orderBy('account')
      .orderBy('period')
      .limit(hole('limit')),
);
