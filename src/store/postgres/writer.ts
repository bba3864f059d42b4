import { equalBytes } from '../../bytes/equal.ts';
import { rootOf } from '../../record/merkle.ts';
import { AvailabilityError, StoreError } from '../errors.ts';
import type { Job } from '../group-queue.ts';
import { type Appended, type LogState, loadLog } from '../log/state.ts';
import { readHead } from '../log/statements.ts';
import { again } from './again.ts';
import { appendLeaves } from './append.ts';
import type { Connection } from './connection.ts';
import { mayRunAgain } from './failure.ts';
import type { ConnectionPool } from './pool.ts';
import { ReadUnit, WriteUnit } from './unit.ts';

const BEGIN = 'begin isolation level read committed read write';
/** The one lock: whoever holds it is the only writer, in any process, until its transaction ends. */
const LOCK_HEAD = 'select id from log_head where id = 1 for update';
/** Writes and syncs something even if no unit does: after a failure, success must mean something. */
const TOUCH_HEAD = 'update log_head set size = size where id = 1';

/** A transaction that may have been committed: it is not tried again, because its units would then have run twice. */
class Unsettled extends AvailabilityError {}

/**
 * Commits groups of units, one transaction each. It takes the lock of the log's head first and moves the head last, so that
 * groups of all processes run one after another: each sees all that those before it wrote, and acts have one order.
 */
export class GroupWriter {
  readonly #pool: ConnectionPool;
  /** As of the last commit seen by this process. */
  #log: LogState | undefined;
  #highWaterMs = 0;
  #lastFailure: AvailabilityError | undefined;

  constructor(pool: ConnectionPool) {
    this.#pool = pool;
  }

  /** Milliseconds since the epoch. */
  get highWaterMs(): number {
    return this.#highWaterMs;
  }

  /** Another process has brought the log this far. */
  sawHighWater(ms: number): void {
    this.#highWaterMs = Math.max(this.#highWaterMs, ms);
  }

  /** What the last group failed of, if it failed. */
  get lastFailure(): AvailabilityError | undefined {
    return this.#lastFailure;
  }

  /**
   * One transaction for all jobs, a savepoint for each. Nobody hears anything before the server has said that it is
   * durable, not even whoever is refused: the refusal may rest on what an earlier unit of the same group wrote.
   */
  async commit(jobs: readonly Job[]): Promise<void> {
    let answers: (() => void)[];
    try {
      answers = await again(
        () => this.#pool.useFirst((connection) => this.#transact(connection, jobs)),
        (error) => !(error instanceof Unsettled),
      );
      this.#lastFailure = undefined;
    } catch (error) {
      const failure =
        error instanceof AvailabilityError
          ? error
          : new AvailabilityError('store_unavailable', 'the store could not commit', { cause: error });
      this.#lastFailure = failure;
      answers = jobs.map((job) => () => job.reject(failure));
    }
    for (const answer of answers) answer();
  }

  /** Reads the log's state, so that the high-water mark is known before the first act. */
  async prime(): Promise<void> {
    await this.commit([]);
    const { cause } = this.#lastFailure ?? {};
    if (this.#lastFailure !== undefined) throw cause instanceof StoreError ? cause : this.#lastFailure;
  }

  async #transact(connection: Connection, jobs: readonly Job[]): Promise<(() => void)[]> {
    const [, , before] = await Promise.all([
      connection.command(BEGIN),
      connection.command(LOCK_HEAD),
      this.#currentLog(connection),
    ]);
    const answers: (() => void)[] = [];
    const appended: Appended[] = [];
    let log = before;
    let isOpen = false;
    for (const job of jobs) {
      const savepoint = connection.command(isOpen ? 'release unit; savepoint unit' : 'savepoint unit');
      savepoint.catch(() => {}); // the unit's first statement fails of the same
      const unit = new WriteUnit(connection, log);
      try {
        const deliver = await unit.complete(() => job.run(unit));
        unit.requireWhole();
        await savepoint; // answered before the unit's own statements
        isOpen = true; // until the next one's begins, or the commit
        log = unit.log;
        appended.push(...unit.appended);
        answers.push(deliver);
      } catch (error) {
        // A lost connection has taken the whole transaction with it, and so does a conflict.
        if (mayRunAgain(error)) throw error;
        unit.end();
        // Without its own it would go back to that of the unit before, which was told that it is done.
        await savepoint;
        await connection.command('rollback to unit; release unit');
        isOpen = false;
        answers.push(() => job.reject(error));
      } finally {
        unit.end();
      }
    }
    await appendLeaves(connection, before, log, appended);
    if (this.#lastFailure !== undefined) await connection.command(TOUCH_HEAD);
    await commit(connection);
    this.#log = log;
    this.sawHighWater(log.highWaterMs);
    return answers;
  }

  /**
   * The log as it is now that this transaction holds its head: asked for behind the lock, and seen as of then. What is known of it
   * stays true until somebody moved it.
   */
  async #currentLog(connection: Connection): Promise<LogState> {
    const view = new ReadUnit(connection);
    const head = await view.first(readHead, {});
    const known = this.#log;
    if (
      head === undefined ||
      known === undefined ||
      head.size !== known.range.size ||
      head.high_water_ms !== known.highWaterMs ||
      !equalBytes(head.root, rootOf(known.range))
    ) {
      this.#log = await loadLog(view);
    }
    return this.#log ?? loadLog(view);
  }
}

/** @throws AvailabilityError `store_unavailable` where it is not known whether the transaction is committed */
async function commit(connection: Connection): Promise<void> {
  let command: string;
  try {
    ({ command } = await connection.command('commit'));
  } catch (cause) {
    throw new Unsettled('store_unavailable', 'the connection failed during a commit', { cause });
  }
  // What PostgreSQL answers for a transaction that had failed.
  if (command !== 'COMMIT') throw new Unsettled('store_unavailable', 'the database rolled a commit back');
}
