import { setImmediate as nextTurn } from 'node:timers/promises';
import { AvailabilityError } from '../errors.ts';
import { readHead } from '../log/statements.ts';
import type { Params, Statement, Store, Tx, View } from '../port.ts';
import type { Connection } from './connection.ts';
import { ReadUnit, withinTurn } from './unit.ts';
import { GroupWriter, type Job } from './writer.ts';

export type QueueLimits = {
  /** Units that may wait for their commit; one more is refused with `overloaded`. */
  readonly maxQueued: number;
  /** Units of one commit: bounds how long the event loop is held. */
  readonly maxGroup: number;
};

/**
 * The store on one SQLite database. Writes queue up while the event loop reads requests and are committed together in
 * its next turn (docs/decisions/0002-group-commit.md); reads go through a connection of their own, which sees only what
 * was committed.
 */
export class SqliteStore implements Store {
  readonly #writer: Connection;
  readonly #reader: Connection;
  readonly #groups: GroupWriter;
  readonly #limits: QueueLimits;
  #queue: Job[] = [];
  #draining: Promise<void> | undefined;
  /** The read that the next one must wait for; none while the connection is idle. */
  #lastRead: Promise<unknown> | undefined;
  #closed = false;

  private constructor(writer: Connection, reader: Connection, limits: QueueLimits) {
    this.#writer = writer;
    this.#reader = reader;
    this.#limits = limits;
    this.#groups = new GroupWriter(writer);
  }

  /** Over two connections to one migrated database; the second must be read-only. */
  static async over(writer: Connection, reader: Connection, limits: QueueLimits): Promise<SqliteStore> {
    const store = new SqliteStore(writer, reader, limits);
    await store.#groups.prime();
    return store;
  }

  async write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.#requireOpen();
    if (this.#queue.length >= this.#limits.maxQueued) {
      throw new AvailabilityError('overloaded', 'too many writes are waiting', {
        expected: `at most ${this.#limits.maxQueued}`,
      });
    }
    return new Promise<T>((resolve, reject) => {
      const run = async (tx: Tx) => {
        const result = await work(tx);
        return () => resolve(result);
      };
      this.#queue.push({ run, reject });
      this.#draining ??= this.#drain();
    });
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

  async first<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    // Inside another's snapshot the answer could be older than what the caller knows to be durable.
    if (this.#lastRead !== undefined) return this.read((view) => view.first(statement, params));
    this.#requireOpen();
    return this.#reader.first(statement, params);
  }

  highWater(): Date {
    return new Date(this.#groups.highWaterMs);
  }

  async ping(): Promise<void> {
    this.#requireOpen();
    if (this.#groups.lastFailure !== undefined) await this.write(async () => {});
    await this.read((view) => view.first(readHead, {}));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#draining;
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

  /** Runs until the queue is empty; between two groups the event loop delivers answers and accepts more. */
  async #drain(): Promise<void> {
    do {
      await nextTurn();
      const group = this.#queue.splice(0, this.#limits.maxGroup);
      await this.#groups.commit(group);
    } while (this.#queue.length > 0);
    this.#draining = undefined;
  }

  #requireOpen(): void {
    if (this.#closed) throw new AvailabilityError('store_unavailable', 'the store is closed');
  }
}

function ignore(): void {}
