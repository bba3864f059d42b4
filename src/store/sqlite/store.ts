import { AvailabilityError } from '../errors.ts';
import { GroupQueue, type QueueLimits } from '../group-queue.ts';
import { readHead } from '../log/statements.ts';
import type { Params, Statement, Store, Tx, View } from '../port.ts';
import type { Connection } from './connection.ts';
import { ReadUnit, withinTurn } from './unit.ts';
import { GroupWriter } from './writer.ts';

/**
 * The store on one SQLite database. Writes are committed in groups; reads go through a connection of their own, which sees
 * only what was committed.
 */
export class SqliteStore implements Store {
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #groups: GroupWriter;
  readonly #queue: GroupQueue;
  /** The read that the next one must wait for; none while the connection is idle. */
  #lastRead: Promise<unknown> | undefined;
  #closed = false;

  private constructor(writer: Connection, reader: Connection, limits: QueueLimits) {
    this.#writer = writer;
    this.#reader = reader;
    this.#groups = new GroupWriter(writer);
    this.#queue = new GroupQueue(limits, (group) => this.#groups.commit(group));
  }

  /** Over two connections to one migrated database; the second must be read-only. */
  static async over(writer: Connection, reader: Connection, limits: QueueLimits): Promise<SqliteStore> {
    const store = new SqliteStore(writer, reader, limits);
    await store.#groups.prime();
    return store;
  }

  async write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.#requireOpen();
    return this.#queue.push(work);
  }

  async read<T>(work: (view: View) => Promise<T>): Promise<T> {
    this.#requireOpen();
    const turn = this.#lastRead?.then(() => this.#readAlone(work)) ?? this.#readAlone(work);
    const ended = turn.then(ignore, ignore).then(() => {
      if (this.#lastRead === ended) this.#lastRead = undefined;
    });
    this.#lastRead = ended;
    return turn;
  }

  first<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    // Inside another's snapshot the answer could be older than what the caller knows to be durable.
    if (this.#lastRead !== undefined) return this.read((view) => view.first(statement, params));
    try {
      this.#requireOpen();
      return Promise.resolve(this.#reader.first(statement, params));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  highWater(): Date {
    return new Date(this.#groups.highWaterMs);
  }

  async ping(): Promise<void> {
    this.#requireOpen();
    if (this.#groups.lastFailure !== undefined) await this.write(async () => {});
    await this.read((view) => view.first(readHead, {}));
  }

  async processes(): Promise<number> {
    return 1;
  }

  async tend(): Promise<void> {
    this.#requireOpen();
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.emptied();
    await this.#lastRead;
    this.#reader.close();
    this.#writer.close();
  }

  async #readAlone<T>(work: (view: View) => Promise<T>): Promise<T> {
    const unit = new ReadUnit(this.#reader);
    this.#reader.command('BEGIN');
    try {
      return await withinTurn(() => work(unit));
    } finally {
      unit.end();
      if (this.#reader.inTransaction) this.#reader.command('COMMIT');
    }
  }

  #requireOpen(): void {
    if (this.#closed) throw new AvailabilityError('store_unavailable', 'the store is closed');
  }
}

function ignore(): void {}
