import { AvailabilityError } from '../errors.ts';
import { GroupQueue, type QueueLimits } from '../group-queue.ts';
import { readHead } from '../log/statements.ts';
import type { Params, Statement, Store, Tx, View } from '../port.ts';
import { again } from './again.ts';
import { mayRunAgain } from './failure.ts';
import { tendPartitions } from './partitions.ts';
import type { ConnectionPool } from './pool.ts';
import { processesAt } from './processes.ts';
import { ReadUnit } from './unit.ts';
import { GroupWriter } from './writer.ts';

const BEGIN = 'begin isolation level repeatable read read only';

/**
 * The store on one PostgreSQL database, shared with any number of processes. Writes are committed in groups, of all processes
 * one after another; reads go through other connections, each in a snapshot of its own. A commit is seen by others only once
 * it is durable.
 */
export class PostgresStore implements Store {
  readonly #pool: ConnectionPool;
  readonly #groups: GroupWriter;
  readonly #queue: GroupQueue;
  readonly #reads = new Set<Promise<unknown>>();
  #closed = false;

  private constructor(pool: ConnectionPool, limits: QueueLimits) {
    this.#pool = pool;
    this.#groups = new GroupWriter(pool);
    this.#queue = new GroupQueue(limits, (group) => this.#groups.commit(group));
  }

  /** Over a pool of connections to a migrated database. */
  static async over(pool: ConnectionPool, limits: QueueLimits): Promise<PostgresStore> {
    const store = new PostgresStore(pool, limits);
    await store.#groups.prime();
    return store;
  }

  async write<T>(work: (tx: Tx) => Promise<T>): Promise<T> {
    this.#requireOpen();
    return this.#queue.push(work);
  }

  async read<T>(work: (view: View) => Promise<T>): Promise<T> {
    this.#requireOpen();
    return this.#counted(this.#readWhole(work));
  }

  async first<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    this.#requireOpen();
    const ask = () => this.#pool.use((connection) => connection.first(statement, params));
    return this.#counted(again(ask, () => true));
  }

  highWater(): Date {
    return new Date(this.#groups.highWaterMs);
  }

  async ping(): Promise<void> {
    this.#requireOpen();
    if (this.#groups.lastFailure !== undefined) await this.write(async () => {});
    const head = await this.first(readHead, {});
    if (head === undefined) throw new AvailabilityError('store_unavailable', 'the log has no head');
    this.#groups.sawHighWater(head.high_water_ms);
  }

  async tend(now: Date): Promise<void> {
    this.#requireOpen();
    await this.#counted(tendPartitions(this.#pool, now));
  }

  async processes(): Promise<number> {
    this.#requireOpen();
    return this.#counted(processesAt(this.#pool));
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#queue.emptied();
    await Promise.allSettled(this.#reads);
    await this.#pool.end();
  }

  /** Work that has read nothing yet may begin anew. */
  #readWhole<T>(work: (view: View) => Promise<T>): Promise<T> {
    let hasRead = false;
    const attempt = () =>
      this.#pool.use(async (connection) => {
        const unit = new ReadUnit(connection);
        const begun = connection.command(BEGIN);
        begun.catch(() => {}); // the first statement fails of the same
        try {
          const result = await unit.complete(() => work(unit));
          unit.end();
          await connection.command('commit');
          return result;
        } catch (error) {
          unit.end();
          hasRead ||= unit.hasRead;
          if (!mayRunAgain(error)) await connection.command('rollback').catch(() => {}); // the pool drops it then
          throw error;
        }
      });
    return again(attempt, () => !hasRead);
  }

  #counted<T>(reading: Promise<T>): Promise<T> {
    this.#reads.add(reading);
    const forget = () => void this.#reads.delete(reading);
    reading.then(forget, forget);
    return reading;
  }

  #requireOpen(): void {
    if (this.#closed) throw new AvailabilityError('store_unavailable', 'the store is closed');
  }
}
