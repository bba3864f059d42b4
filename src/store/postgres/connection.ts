import type { Client, QueryConfig, QueryResult } from 'pg';
import type { Params, Statement } from '../port.ts';
import { bind, type CompiledStatement, compileStatement } from '../statement.ts';
import { postgresCompiler } from './dialect.ts';
import { translate } from './failure.ts';

type Prepared = { readonly compiled: CompiledStatement; readonly name: string };

/** Compiled once for the process and named once: each connection prepares a statement when it first runs it. */
const preparedStatements = new WeakMap<object, Prepared>();
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
  #gathers = false;

  constructor(client: Client) {
    this.#client = client;
  }

  async first<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined> {
    return (await this.all(statement, params))[0];
  }

  async all<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row[]> {
    const { rows } = await this.#execute(statement, params);
    return rows as Row[]; // the shape that Kysely derived from the tables of which the statement was built
  }

  /** Answers how many rows changed. */
  async run<P extends Params>(statement: Statement<P, unknown>, params: P): Promise<number> {
    return (await this.#execute(statement, params)).rowCount ?? 0;
  }

  /** Runs SQL of the adapter's own. */
  async command(text: string, values?: readonly unknown[]): Promise<Rows> {
    // Only constants of this program come here, with values that it made.
    return this.#send(values === undefined ? { text } : { text, values: [...values] });
  }

  /** The same for what may take long, e.g. on a large table: the transaction has lifted the server's limit (migrate.ts). */
  async patiently(text: string, values: readonly unknown[]): Promise<Rows> {
    return this.#send({ text, values: [...values], query_timeout: PATIENCE_MS } as QueryConfig); // a member that its type lacks
  }

  #execute<P extends Params>(statement: Statement<P, unknown>, params: P): Promise<Rows> {
    const { compiled, name } = prepare(statement);
    return this.#send({ name, text: compiled.sql, values: bind(compiled, params) });
  }

  #send(query: QueryConfig): Promise<Rows> {
    if (!this.#gathers) this.#gather();
    return guard(this.#client.query(query));
  }

  /** Keeps what is sent until everything that can go on without an answer has gone on. */
  #gather(): void {
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

function prepare<P extends Params, Row>(statement: Statement<P, Row>): Prepared {
  const known = preparedStatements.get(statement);
  if (known !== undefined) return known;
  const made = { compiled: compileStatement(postgresCompiler, statement), name: `s${prepared++}` };
  preparedStatements.set(statement, made);
  return made;
}

async function guard<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw translate(error);
  }
}
