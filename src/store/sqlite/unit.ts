import { setImmediate } from 'node:timers';
import type { Act } from '../../record/leaf.ts';
import { StoreError } from '../errors.ts';
import { type Appended, appendAct, type LogState } from '../log/state.ts';
import type { Params, Statement, Tx, View } from '../port.ts';
import type { Connection } from './connection.ts';

/** The reads of one unit of work; useless once it has ended. */
export class ReadUnit implements View {
  protected readonly connection: Connection;
  #failure: { readonly error: unknown } | undefined;
  #ended = false;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  first<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return this.use(() => this.connection.first(statement, params));
  }

  all<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row[]> {
    return this.use(() => this.connection.all(statement, params));
  }

  /** From now on every call throws: a call left without `await` must not write into another's unit. */
  end(): void {
    this.#ended = true;
  }

  /** Throws what a statement of this unit threw, though its work may have caught it: PostgreSQL commits no such unit. */
  requireIntact(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
  }

  /** The answer is there at once; it is a promise because other databases' are not. */
  protected use<T>(call: () => T): Promise<T> {
    try {
      if (this.#ended) throw new StoreError('unit_ended', 'this unit of work has ended: an await is missing');
      this.requireIntact();
    } catch (error) {
      return Promise.reject(error);
    }
    try {
      return Promise.resolve(call());
    } catch (error) {
      this.#failure = { error };
      return Promise.reject(error);
    }
  }
}

/** The reads and writes of one unit of work; its acts become rows when its group ends, if it is kept. */
export class WriteUnit extends ReadUnit implements Tx {
  #log: LogState;
  readonly #appended: Appended[] = [];

  constructor(connection: Connection, log: LogState) {
    super(connection);
    this.#log = log;
  }

  /** Where the log stands with this unit's acts. */
  get log(): LogState {
    return this.#log;
  }

  get appended(): readonly Appended[] {
    return this.#appended;
  }

  run<P extends Params>(statement: Statement<P, unknown>, params: P): Promise<number> {
    return this.use(() => this.connection.run(statement, params));
  }

  record(act: Act): Promise<number> {
    // Nothing is awaited between reading the state and replacing it: acts recorded side by side get different leaves.
    return this.use(() => {
      const appended = appendAct(this.#log, act);
      this.#appended.push(appended);
      this.#log = appended.state;
      return appended.leaf.leafIndex;
    });
  }
}

/**
 * Waits for work that awaits nothing but its own unit. Such work ends within one turn of the event loop, because every
 * answer here is there at once; work that awaits anything else would keep all others waiting, and is refused.
 *
 * @throws StoreError `unit_outlived`
 */
export function withinTurn<T>(work: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const late = setImmediate(() => {
      reject(
        new StoreError('unit_outlived', 'a unit of work awaited something other than its own tx or view'),
      );
    });
    work()
      .finally(() => clearImmediate(late))
      .then(resolve, reject);
  });
}
