import type { Client, QueryConfig, QueryResult } from 'pg';
import type { Params, Statement } from '../port.ts';
import { bind, type CompiledStatement, compileStatement } from '../statement.ts';
import { postgresCompiler } from './dialect.ts';
import { translate } from './failure.ts';
import { type KnownColumns, type Prepared, PreparedQuery } from './prepared-query.ts';

type NamedStatement = CompiledStatement & Prepared;

/** Compiled once for the process and named once: each connection prepares a statement when it first runs it. */
const preparedStatements = new WeakMap<object, NamedStatement>();
let prepared = 0;

const PATIENCE_MS = 3_600_000;

type Rows = QueryResult<{ [column: string]: unknown }>;

/**
 * One connection to a database. Statements are sent in order, without waiting for the answers to those before (`pipeline`, pool.ts),
 * and those of one turn together: server and verifier are woken once for all of them, which costs more than most statements do.
 * Each is answered by itself. Errors leave it translated (failure.ts).
 */
export class Connection {
  readonly #client: Client;
  readonly #columns: KnownColumns = new Map();
  #gathers = false;

  constructor(client: Client) {
    this.#client = client;
  }

  first<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return this.#execute(statement, params, ({ found }) => found[0] as Row | undefined); // as below
  }

  all<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row[]> {
    return this.#execute(statement, params, ({ found }) => found as Row[]); // the shape that Kysely derived from the tables of which the statement was built
  }

  /** Answers how many rows changed. */
  run<P extends Params>(statement: Statement<P, unknown>, params: P): Promise<number> {
    return this.#execute(statement, params, ({ changed }) => changed);
  }

  /** Runs SQL of the adapter's own. */
  command(text: string, values?: readonly unknown[]): Promise<Rows> {
    // Only constants of this program come here, with values that it made.
    return this.#send(values === undefined ? text : { text, values: [...values] });
  }

  /** The same for what may take long, e.g. on a large table: the transaction has lifted the server's limit (migrate.ts). */
  patiently(text: string, values: readonly unknown[]): Promise<Rows> {
    return this.#send({ text, values: [...values], query_timeout: PATIENCE_MS } as QueryConfig); // a member that its type lacks
  }

  #execute<P extends Params, T>(
    statement: Statement<P, unknown>,
    params: P,
    answer: (answered: PreparedQuery) => T,
  ): Promise<T> {
    return new Promise((resolve, reject) => {
      const named = prepare(statement);
      const query = new PreparedQuery(named, bind(named, params), this.#columns, (error, answered) => {
        if (error === null) resolve(answer(answered));
        else reject(translate(error));
      });
      this.#gather();
      this.#client.query(query);
    });
  }

  #send(query: string | QueryConfig): Promise<Rows> {
    return new Promise((resolve, reject) => {
      this.#gather();
      this.#client.query(query, (error: Error | null, answer) => {
        if (error === null) resolve(answer);
        else reject(translate(error));
      });
    });
  }

  /** Keeps what is sent until everything that can go on without an answer has gone on. */
  #gather(): void {
    if (this.#gathers) return;
    const { stream } = this.#client.connection;
    this.#gathers = true;
    stream.cork();
    // After the jobs of promises that are due: nothing that comes later could be part of the same message.
    process.nextTick(() => {
      this.#gathers = false;
      stream.uncork();
    });
  }
}

function prepare<P extends Params, Row>(statement: Statement<P, Row>): NamedStatement {
  const known = preparedStatements.get(statement);
  if (known !== undefined) return known;
  const made = { ...compileStatement(postgresCompiler, statement), name: `s${prepared++}` };
  preparedStatements.set(statement, made);
  return made;
}
