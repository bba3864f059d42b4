import { rootOf } from '../../record/merkle.ts';
import { AvailabilityError, StoreError } from '../errors.ts';
import type { Job } from '../group-queue.ts';
import { type Appended, type LogState, loadLog } from '../log/state.ts';
import { moveHead } from '../log/statements.ts';
import { appendRows } from './append.ts';
import type { Connection } from './connection.ts';
import { isFinal } from './failure.ts';
import { ReadUnit, WriteUnit, withinTurn } from './unit.ts';

/** For so many groups after one that was begun again. */
const WARY_GROUPS = 16;

/** A unit of a group without savepoints was refused. */
class UnitRefused extends Error {}

/** Commits groups of units through the one connection that writes. Groups never overlap. */
export class GroupWriter {
  readonly #connection: Connection;
  /** As of the last commit seen; unknown before the first and after a failure. */
  #log: LogState | undefined;
  #dataVersion: unknown;
  #highWaterMs = 0;
  #lastFailure: AvailabilityError | undefined;
  #dead = false;
  /** Groups that get savepoints whatever happens: where one unit was refused, others are soon. */
  #wary = 0;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** Milliseconds since the epoch. */
  get highWaterMs(): number {
    return this.#highWaterMs;
  }

  /** What the last group failed of, if it failed. */
  get lastFailure(): AvailabilityError | undefined {
    return this.#lastFailure;
  }

  /**
   * One transaction for all jobs, one fsync. A savepoint for each would copy every page that it changes, to take back what is hardly ever
   * taken back: so a group is tried without, and begun again with them where a unit is refused. Nobody hears anything before COMMIT has returned, not
   * even whoever is refused: the refusal may rest on what an earlier unit of the same group wrote.
   */
  async commit(jobs: readonly Job[]): Promise<void> {
    let answers: (() => void)[];
    try {
      this.#requireAlive();
      answers = await this.#transactTwice(jobs);
      this.#lastFailure = undefined;
    } catch (error) {
      const failure = this.#fail(error);
      answers = jobs.map((job) => () => job.reject(failure));
    }
    for (const answer of answers) answer();
  }

  /** Reads the log's state, so that the high-water mark is known before the first act. */
  async prime(): Promise<void> {
    await this.commit([]);
    if (this.#lastFailure !== undefined) throw this.#lastFailure.cause;
  }

  async #transactTwice(jobs: readonly Job[]): Promise<(() => void)[]> {
    try {
      const answers = await this.#transact(jobs, this.#wary > 0);
      this.#wary = Math.max(0, this.#wary - 1);
      return answers;
    } catch (error) {
      if (!(error instanceof UnitRefused)) throw error;
      this.#wary = WARY_GROUPS;
      return this.#transact(jobs, true);
    }
  }

  /** @throws UnitRefused where nothing of the group is left for the sake of one unit, which `saves` spares the others */
  async #transact(jobs: readonly Job[], saves: boolean): Promise<(() => void)[]> {
    const connection = this.#connection;
    connection.command('BEGIN IMMEDIATE');
    const before = await this.#currentLog();
    const answers: (() => void)[] = [];
    const appended: Appended[] = [];
    let log = before;
    for (const job of jobs) {
      if (saves) connection.command('SAVEPOINT unit');
      const unit = new WriteUnit(connection, log);
      try {
        const deliver = await withinTurn(() => job.run(unit));
        unit.requireIntact();
        if (saves) connection.command('RELEASE unit');
        log = unit.log;
        appended.push(...unit.appended);
        answers.push(deliver);
      } catch (error) {
        // Some failures (full, I/O) end the whole transaction, and with it what the others have done.
        if (!connection.inTransaction) throw error;
        if (!saves) {
          connection.command('ROLLBACK');
          throw new UnitRefused('a unit was refused', { cause: error });
        }
        connection.command('ROLLBACK TO unit');
        connection.command('RELEASE unit');
        answers.push(() => job.reject(error));
      } finally {
        unit.end();
      }
    }
    this.#closeLog(before, log, appended);
    if (this.#lastFailure !== undefined) this.#touch();
    connection.command('COMMIT');
    this.#log = log;
    this.#highWaterMs = log.highWaterMs;
    return answers;
  }

  /** The log as it is now that this connection holds the write lock. */
  async #currentLog(): Promise<LogState> {
    // Changes when another connection has committed, e.g. the command line beside a running server.
    const dataVersion = this.#connection.pragma('data_version');
    if (this.#log === undefined || dataVersion !== this.#dataVersion) {
      this.#log = await loadLog(new ReadUnit(this.#connection));
      this.#dataVersion = dataVersion;
    }
    return this.#log;
  }

  #closeLog(from: LogState, to: LogState, appended: readonly Appended[]): void {
    if (from === to) return;
    appendRows(this.#connection, appended);
    const moved = this.#connection.run(moveHead, {
      from: from.range.size,
      size: to.range.size,
      root: rootOf(to.range),
      highWaterMs: to.highWaterMs,
    });
    if (moved === 1) return;
    throw new StoreError('log_inconsistent', `the log's head is no longer at ${from.range.size}`, {
      path: 'log_head.size',
    });
  }

  /** Makes the commit write and sync a page even if no unit did: after a failure, success must mean something. */
  #touch(): void {
    this.#connection.execute(`PRAGMA user_version = ${Number(this.#connection.pragma('user_version'))}`);
  }

  #fail(error: unknown): AvailabilityError {
    const failure =
      error instanceof AvailabilityError
        ? error
        : new AvailabilityError('store_unavailable', 'the store could not commit', { cause: error });
    this.#lastFailure = failure;
    this.#log = undefined;
    this.#dead ||= isFinal(error);
    try {
      if (this.#connection.inTransaction) this.#connection.command('ROLLBACK');
    } catch {
      // Whatever keeps a transaction from ending keeps the next from beginning: that one will say so.
    }
    return failure;
  }

  #requireAlive(): void {
    if (this.#dead && this.#lastFailure !== undefined) throw this.#lastFailure;
  }
}
