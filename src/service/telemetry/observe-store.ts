import type { Act } from '../../record/leaf.ts';
import { advanceWebhook, disableWebhook, noteWebhookFailure } from '../../store/events/webhooks.ts';
import { insertEntry } from '../../store/ledger/balances.ts';
import type { Params, Statement, Store, Tx } from '../../store/port.ts';
import { AvailabilityError } from '../errors.ts';
import { type Noted, nothingNoted, type Tally } from './tally.ts';

/** Seconds on a clock that never goes back. */
export type Stopwatch = () => number;

type Counting = (noted: Noted, params: Params) => void;

/** Statements that say by themselves what happened: what is counted of them, where they changed a row. */
const WATCHED: ReadonlyMap<unknown, Counting> = new Map<unknown, Counting>([
  [insertEntry, countDebit],
  [advanceWebhook, (noted) => noted.delivered++],
  [noteWebhookFailure, (noted) => noted.deliveriesFailed++],
  [disableWebhook, (noted) => noted.webhooksDisabled++],
]);

/**
 * The store, with everything that becomes durable through it counted: acts as the log has them, so that numbers for operators and
 * the record for auditors cannot tell different stories. A unit that fails, or runs again after a conflict, counts once or not at all.
 */
export function observedStore(store: Store, tally: Tally, stopwatch: Stopwatch): Store {
  return {
    write: async (work) => {
      const started = stopwatch();
      let noted = nothingNoted();
      tally.waiting++;
      try {
        const outcome = await store.write((tx) => {
          noted = nothingNoted();
          return work(new ObservedTx(tx, noted));
        });
        tally.add(noted);
        tally.units.add(stopwatch() - started);
        return outcome;
      } catch (error) {
        countFailure(tally, error);
        throw error;
      } finally {
        tally.waiting--;
      }
    },
    read: async (work) => {
      const started = stopwatch();
      try {
        const outcome = await store.read(work);
        tally.reads.add(stopwatch() - started);
        return outcome;
      } catch (error) {
        countFailure(tally, error);
        throw error;
      }
    },
    first: (statement, params) => store.first(statement, params),
    highWater: () => store.highWater(),
    ping: () => store.ping(),
    tend: (now) => store.tend(now),
    processes: () => store.processes(),
    close: () => store.close(),
  };
}

/** Refusals are answers, not failures of the store. */
function countFailure({ failures }: Tally, error: unknown): void {
  if (!(error instanceof AvailabilityError)) return;
  if (error.code === 'overloaded' || error.code === 'store_unavailable') failures[error.code]++;
}

/** A debit is counted where a licence pays for it; its party's account is entered beside it. */
function countDebit(noted: Noted, { account, committed }: Params): void {
  if (typeof account !== 'string' || !account.startsWith('compute:licence:')) return;
  if (typeof committed === 'number' && committed > 0) noted.debitedE12 += committed;
}

class ObservedTx implements Tx {
  readonly #tx: Tx;
  readonly #noted: Noted;

  constructor(tx: Tx, noted: Noted) {
    this.#tx = tx;
    this.#noted = noted;
  }

  first<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return this.#tx.first(statement, params);
  }

  all<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row[]> {
    return this.#tx.all(statement, params);
  }

  async run<P extends Params>(statement: Statement<P, unknown>, params: P): Promise<number> {
    const changed = await this.#tx.run(statement, params);
    if (changed > 0) WATCHED.get(statement)?.(this.#noted, params);
    return changed;
  }

  async record(act: Act): Promise<number> {
    const leafIndex = await this.#tx.record(act);
    this.#noted.acts.push(act);
    return leafIndex;
  }
}
