import type { Hole } from '../port.ts';
import { statement } from '../statement.ts';
import type { LedgerBalanceTable, LedgerEntryTable } from './tables.ts';

export const balanceIn = statement((db, hole: Hole<{ account: string; period: string }>) =>
  db
    .selectFrom('ledger_balance')
    .select(['reserved', 'committed', 'entries'])
    .where('account', '=', hole('account'))
    .where('period', '=', hole('period')),
);

/** One row for each period in the range, both ends included: as many as the range has days or months, at most. */
export const balancesBetween = statement((db, hole: Hole<{ account: string; from: string; to: string }>) =>
  db
    .selectFrom('ledger_balance')
    .select(['period', 'reserved', 'committed', 'entries'])
    .where('account', '=', hole('account'))
    .where('period', '>=', hole('from'))
    .where('period', '<=', hole('to'))
    .orderBy('period'),
);

/** Replaces what the row held, or makes it. */
export const putBalance = statement((db, hole: Hole<LedgerBalanceTable>) =>
  db
    .insertInto('ledger_balance')
    .values({
      account: hole('account'),
      period: hole('period'),
      reserved: hole('reserved'),
      committed: hole('committed'),
      entries: hole('entries'),
    })
    .onConflict((conflict) =>
      conflict.columns(['account', 'period']).doUpdateSet((row) => ({
        reserved: row.ref('excluded.reserved'),
        committed: row.ref('excluded.committed'),
        entries: row.ref('excluded.entries'),
      })),
    ),
);

/** Its number is the account's next: two writers that had read the same balance could not both insert theirs. */
export const insertEntry = statement((db, hole: Hole<LedgerEntryTable>) =>
  db.insertInto('ledger_entry').values({
    account: hole('account'),
    number: hole('number'),
    period: hole('period'),
    at_ms: hole('at_ms'),
    kind: hole('kind'),
    reserved: hole('reserved'),
    committed: hole('committed'),
    licence_id: hole('licence_id'),
    decision_id: hole('decision_id'),
    allocation_id: hole('allocation_id'),
    by_id: hole('by_id'),
    reason: hole('reason'),
    leaf_index: hole('leaf_index'),
  }),
);

export const entriesAfter = statement((db, hole: Hole<{ account: string; after: number; limit: number }>) =>
  db
    .selectFrom('ledger_entry')
    .selectAll()
    .where('account', '=', hole('account'))
    .where('number', '>', hole('after'))
    .orderBy('number')
    .limit(hole('limit')),
);

/** Names of accounts that begin so: `last` is the first name that does not any more. */
export const accountsBetween = statement((db, hole: Hole<{ first: string; last: string; limit: number }>) =>
  db
    .selectFrom('ledger_balance')
    .selectAll()
    .where('account', '>=', hole('first'))
    .where('account', '<', hole('last'))
    .where('period', '=', '')
    .orderBy('account')
    .limit(hole('limit')),
);
