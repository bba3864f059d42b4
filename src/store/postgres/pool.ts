import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { AvailabilityError } from '../errors.ts';
import { Connection } from './connection.ts';
import type { DatabaseAddress } from './database-url.ts';
import { translate } from './failure.ts';
import { VALUE_TYPES } from './values.ts';

export type PoolLimits = {
  /** Connections of this process. */
  readonly maxConnections: number;
  /** Reads that may wait for one; one more is refused with `overloaded`. */
  readonly maxWaiting: number;
  readonly connectTimeoutMs: number;
  readonly statementTimeoutMs: number;
  /** How long a group waits while those of other processes hold the log. */
  readonly lockTimeoutMs: number;
};

/**
 * What every connection is set to, in one statement. A stronger `synchronous_commit` than `on` is kept (`remote_apply`), a
 * weaker one is not: whoever hears of a commit must not lose it.
 */
const SETTINGS = `
  select set_config('synchronous_commit',
                    case current_setting('synchronous_commit') when 'remote_apply' then 'remote_apply' else 'on' end, false),
         set_config('default_transaction_read_only', 'on', false),
         set_config('bytea_output', 'hex', false),
         set_config('standard_conforming_strings', 'on', false),
         set_config('timezone', 'UTC', false)`;

/** What a process's connections are called, before what tells it from the others (see `processesAt`). */
export const PROCESS_NAME = 'sextant:';

/** The connections of one process, each used by one at a time. */
export class ConnectionPool {
  readonly #pool: pg.Pool;
  readonly #limits: PoolLimits;
  readonly #connections = new WeakMap<pg.PoolClient, Connection>();
  #ended = false;

  constructor({ host, port, user, password, database, ssl }: DatabaseAddress, limits: PoolLimits) {
    this.#limits = limits;
    this.#pool = new pg.Pool({
      host,
      port,
      user,
      database,
      ssl,
      // Absent, it comes from PGPASSWORD or the password file, as for every client of PostgreSQL.
      ...(password === undefined ? {} : { password }),
      application_name: `${PROCESS_NAME}${randomBytes(8).toString('hex')}`,
      max: limits.maxConnections,
      pipeline: true,
      keepAlive: true,
      connectionTimeoutMillis: limits.connectTimeoutMs,
      statement_timeout: limits.statementTimeoutMs,
      lock_timeout: limits.lockTimeoutMs,
      // A process that stands still, or whose machine is gone, must not keep the log locked.
      idle_in_transaction_session_timeout: limits.statementTimeoutMs,
      // The server ends what takes too long; where it does not answer at all, this side does.
      query_timeout: limits.statementTimeoutMs + 2_000,
      types: VALUE_TYPES as pg.CustomTypesConfig, // one of its overloads is for binary values, which nobody asks for
      onConnect: (client) => client.query(SETTINGS) as never, // it is awaited, though its type says otherwise
    });
    // An idle connection that the server ends is dropped by the pool; whoever needs one next gets another.
    this.#pool.on('error', () => {});
    // And one in use that breaks is heard of by whoever waits for its answers.
    this.#pool.on('connect', (client) => void client.on('error', () => {}));
  }

  /**
   * Lends a connection.
   *
   * @throws AvailabilityError `overloaded`, `store_unavailable`
   */
  async use<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    if (this.#pool.waitingCount >= this.#limits.maxWaiting) {
      throw new AvailabilityError('overloaded', 'too many reads are waiting', {
        expected: `at most ${this.#limits.maxWaiting}`,
      });
    }
    return this.useFirst(work);
  }

  /** The same for whoever has a queue of his own: many reads that wait do not keep writes from their turn. */
  async useFirst<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    const client = await this.#connect();
    try {
      return await work(this.#connectionOf(client));
    } finally {
      // One that was left within a transaction is not used again. (The pool itself drops what lost its socket.)
      client.release(client.getTransactionStatus() !== 'I');
    }
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    await this.#pool.end();
  }

  async #connect(): Promise<pg.PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw translate(error);
    }
  }

  #connectionOf(client: pg.PoolClient): Connection {
    const known = this.#connections.get(client) ?? new Connection(client);
    this.#connections.set(client, known);
    return known;
  }
}
