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
  #underWay = 0;
  #hasRead = false;
  #whenIdle: (() => void) | undefined;

  constructor(connection: Connection) {
    this.connection = connection;
  }

  /** Whether any statement was answered: what was read before a connection was lost may be stale after. */
  get hasRead(): boolean {
    return this.#hasRead;
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

  /**
   * Throws what a statement of this unit threw, though its work may have caught it: the transaction is aborted by it. And throws where one
   * has yet to be answered: it might fail within another's unit.
   */
  requireWhole(): void {
    this.#requireIntact();
    if (this.#underWay > 0)
      throw new StoreError('unit_ended', 'a unit of work has ended: an await is missing');
  }

  /**
   * Waits for work that awaits nothing but its own unit: between two of its statements no turn of the event loop passes.
   * Work that awaits anything else would keep the log locked for everybody, and is refused.
   *
   * @throws StoreError `unit_outlived`
   */
  complete<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      let isDone = false;
      const watch = (): void => {
        setImmediate(() => {
          if (isDone || this.#underWay > 0) return;
          reject(
            new StoreError('unit_outlived', 'a unit of work awaited something other than its own tx or view'),
          );
        });
      };
      this.#whenIdle = watch;
      watch();
      work()
        .finally(() => {
          isDone = true;
        })
        .then(resolve, reject);
    });
  }

  protected async use<T>(call: () => Promise<T>): Promise<T> {
    this.requireUsable();
    this.#underWay++;
    try {
      const answer = await call();
      this.#hasRead = true;
      return answer;
    } catch (error) {
      this.#failure ??= { error };
      throw error;
    } finally {
      this.#underWay--;
      if (this.#underWay === 0) this.#whenIdle?.();
    }
  }

  protected requireUsable(): void {
    if (this.#ended) throw new StoreError('unit_ended', 'this unit of work has ended: an await is missing');
    this.#requireIntact();
  }

  #requireIntact(): void {
    if (this.#failure !== undefined) throw this.#failure.error;
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

  async record(act: Act): Promise<number> {
    return this.use(async () => {
      const appended = appendAct(this.#log, act);
      this.#appended.push(appended);
      this.#log = appended.state;
      return appended.leaf.leafIndex;
    });
  }
}
