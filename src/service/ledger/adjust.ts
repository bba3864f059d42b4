import { adjust, takenOf } from '../../ledger/entries.ts';
import { LedgerError } from '../../ledger/errors.ts';
import { isPeriod, periodOf } from '../../ledger/periods.ts';
import { reached } from '../../ledger/thresholds.ts';
import { country } from '../../protocol/country.ts';
import { licenceById } from '../../store/attestation/licences.ts';
import { entriesAfter } from '../../store/ledger/balances.ts';
import type { LedgerEntryTable } from '../../store/ledger/tables.ts';
import type { Tx } from '../../store/port.ts';
import { partyById } from '../../store/registry/parties.ts';
import { recordAct } from '../acts.ts';
import type { Context } from '../context.ts';
import { RequestError } from '../errors.ts';
import type { Principal } from '../principal.ts';
import { Draft } from './draft.ts';
import { requireAccount, requireVisible } from './read.ts';
import { tellReached } from './tell-reached.ts';

export type Adjustment = {
  readonly account: string;
  /** Above zero takes, below zero gives back. */
  readonly amount: number;
  /** The month or day that it counts in; the present one unless given. */
  readonly period?: string | undefined;
  readonly reason: string;
};

/**
 * An authority's correction of one account: a leaf of the log, an entry, and the balance, in one unit of work. A cap may be
 * passed by it; nothing more fits then until it is no longer.
 *
 * @throws RequestError `invalid_request`, `not_found`; `conflict` where more would be given back than was taken
 */
export async function adjustAccount(
  context: Context,
  by: Principal,
  { account, amount, period: asked, reason }: Adjustment,
): Promise<LedgerEntryTable> {
  const subject = requireAccount(account);
  const at = context.clock();
  const period = asked ?? periodOf(subject.periods, at);
  if (!isPeriod(subject.periods, period)) {
    throw new RequestError('invalid_request', `${account} has no period ${period}`, {
      path: 'body.period',
      expected: subject.periods,
      actual: period,
    });
  }
  return context.store.write(async (tx) => {
    await requireVisible(tx, by, subject);
    const tenant = await tenantOf(tx, by, subject);
    const draft = new Draft(tx);
    const before = takenOf(await draft.balance(account));
    await entered(draft.enter({ account, period, change: adjust(amount) }));
    const body = { account, amount, period, reason, by: by.id };
    const leafIndex = await recordAct(tx, context, { type: 'ledger.adjusted', at, tenant, body });
    await draft.write(tx, {
      at_ms: at.getTime(),
      licence_id: subject.about === 'licence' ? subject.id : null,
      decision_id: null,
      allocation_id: null,
      by_id: by.id,
      reason,
      leaf_index: leafIndex,
    });
    const after = await draft.balance(account);
    if (subject.about === 'party' && subject.unit === 'operations-e12') {
      const by = { account, subject: `party:${subject.id}`, tenant, at, licenceId: null, decisionId: null };
      await tellReached(context, tx, reached(before, takenOf(after)), by);
    }
    const { entries } = after;
    const [entry] = await tx.all(entriesAfter, { account, after: entries - 1, limit: 1 });
    if (entry === undefined) throw new TypeError(`${account} has lost entry ${entries}`);
    return entry;
  });
}

/** What the books refuse, as whoever asked is told. */
export async function entered(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof LedgerError)) throw error;
    const { expected, actual } = error;
    throw new RequestError('conflict', error.message, {
      cause: error,
      path: 'body.amount',
      ...(expected === undefined ? {} : { expected }),
      ...(actual === undefined ? {} : { actual }),
    });
  }
}

type Subject = ReturnType<typeof requireAccount>;

/** Who may be shown the act, besides auditors. @throws RequestError `invalid_request` for a country that there is not */
async function tenantOf(tx: Tx, by: Principal, { about, id }: Subject): Promise<string> {
  switch (about) {
    case 'licence':
      return (await tx.first(licenceById, { id }))?.tenant ?? by.tenant;
    case 'party':
      return (await tx.first(partyById, { id }))?.tenant ?? by.tenant;
    case 'home':
      return id;
    case 'country': {
      if (country.safeParse(id).success) return by.tenant;
      throw new RequestError('invalid_request', `there is no country ${id}`, { path: 'body.account' });
    }
  }
}
