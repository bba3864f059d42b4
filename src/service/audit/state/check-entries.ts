import { isJsonObject } from '../../../bytes/json.ts';
import { finding } from '../../../record/audit/findings.ts';
import type { LedgerEntryTable } from '../../../store/ledger/tables.ts';
import type { RowsAudit } from './check-rows.ts';

const CHECK = 'books.recorded';

/** What one decision took from one account, entry after entry. */
type Taken = {
  readonly account: string;
  readonly decisionId: string;
  readonly first: number;
  amount: number;
};

/**
 * Holds the entries of the books, in their order, against what made them: an act of a person says how much it changed, and what a decision
 * took from an account is in its answer.
 *
 * What remains unproven: what was given back when a grant was revoked before acts said how much; what was taken from accounts of which the answer does not speak; and entries
 * that are gone together with their part of the balance: what an account held is in every later decision, which is decided again.
 */
export class EntryCheck {
  readonly #audit: RowsAudit;
  #taken: Taken | null = null;

  constructor(audit: RowsAudit) {
    this.#audit = audit;
  }

  async next(entry: LedgerEntryTable): Promise<void> {
    const { account, number, decision_id: decisionId, kind } = entry;
    const taken = this.#taken;
    const isTaken = entry.leaf_index === null && decisionId !== null && kind !== 'release';
    const amount = entry.reserved + entry.committed;
    if (isTaken && taken?.account === account && taken.decisionId === decisionId) {
      taken.amount += amount;
      return;
    }
    await this.end();
    if (isTaken) this.#taken = { account, decisionId, first: number, amount };
    else await this.#checkAct(entry);
  }

  /** What was taken last is whole. */
  async end(): Promise<void> {
    const taken = this.#taken;
    this.#taken = null;
    if (taken === null) return;
    const { state, tally } = this.#audit;
    const subject = subjectOf(taken.account, taken.first);
    const answer = await state.answer(taken.decisionId);
    const drawn = answer === undefined ? null : drawnFrom(answer, taken.account);
    if (answer === undefined) tally.unchecked(CHECK, 'the decision that it names is not kept', subject);
    else if (drawn === null) tally.unchecked(CHECK, 'its decision does not speak of the account', subject);
    else if (drawn === taken.amount) tally.holds(CHECK);
    else {
      const [expected, actual] = [`${drawn}, as decision ${taken.decisionId} says`, `${taken.amount}`];
      tally.found(finding('state.altered', subject, { expected, actual }));
    }
  }

  async #checkAct(entry: LedgerEntryTable): Promise<void> {
    const { readAct, tally } = this.#audit;
    const subject = subjectOf(entry.account, entry.number);
    if (entry.leaf_index === null)
      return tally.unchecked(CHECK, 'no act says how much was given back', subject);
    const act = await readAct(entry.leaf_index);
    if (act === null) return tally.unchecked(CHECK, 'acts of the log could not be read', subject);
    const { type, body } = act;
    const isAdjusted =
      type === 'ledger.adjusted' &&
      body['account'] === entry.account &&
      body['amount'] === entry.committed &&
      body['period'] === entry.period;
    const isOfAllocation =
      type.startsWith('allocation.') &&
      body['allocationId'] === entry.allocation_id &&
      entry.allocation_id !== null;
    const isGivenBack =
      type === 'lease.released' &&
      body['licenceId'] === entry.licence_id &&
      body['decisionId'] === entry.decision_id &&
      body['period'] === entry.period &&
      credited(body['credits'], entry.account) === -entry.committed;
    const isOfUsage =
      type === 'usage.reported' &&
      body['licenceId'] === entry.licence_id &&
      (!entry.account.startsWith('reported:') ||
        credited(body['reported'], entry.account) === entry.committed);
    if (isAdjusted || isOfAllocation || isGivenBack || isOfUsage) return tally.holds(CHECK);
    const actual = `leaf ${entry.leaf_index} is ${type}, and says otherwise`;
    tally.found(finding('state.unrecorded', subject, { actual }));
  }
}

function subjectOf(account: string, number: number): string {
  return `entry ${number} of account ${account}`;
}

/** What an act says that it entered in an account; null where it does not speak of it. */
function credited(credits: unknown, account: string): number | null {
  const found = Array.isArray(credits)
    ? credits.find((one) => isJsonObject(one) && one['account'] === account)
    : undefined;
  return typeof found?.amount === 'number' ? found.amount : null;
}

/** Null where the answer does not speak of the account. */
function drawnFrom(answer: string, account: string): number | null {
  const { ledger } = JSON.parse(answer) as { ledger?: unknown }; // looked into below
  const found = Array.isArray(ledger)
    ? ledger.find((one) => isJsonObject(one) && one['account'] === account)
    : undefined;
  return typeof found?.amount === 'number' ? found.amount : null;
}
