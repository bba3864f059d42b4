import { DatabaseSync, type DatabaseSyncOptions, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Params, Statement } from '../port.ts';
import { bind, type CompiledStatement, compileStatement } from '../statement.ts';
import { sqliteCompiler } from './dialect.ts';
import { translate } from './failure.ts';

type Prepared = {
  readonly compiled: CompiledStatement;
  readonly prepared: StatementSync;
  readonly toRow: ToRow;
};

/** Statements are compiled once for the process, not once for each connection. */
const compiledStatements = new WeakMap<object, CompiledStatement>();

/** One connection to a database; every statement is prepared once. Errors leave it translated (failure.ts). */
export class Connection {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<object, Prepared>();
  readonly #texts = new Map<string, StatementSync>();

  constructor(file: string, options: DatabaseSyncOptions) {
    this.#db = guard(() => new DatabaseSync(file, options));
  }

  /** Whether a transaction is open: SQLite itself ends it after some failures (full, I/O, out of memory). */
  get inTransaction(): boolean {
    return this.#db.isTransaction;
  }

  first<P extends Params, Row>(statement: Statement<P, Row>, params: P): Row | undefined {
    const { compiled, prepared, toRow } = this.#prepare(statement);
    const values = bind(compiled, params);
    const row = guard(() => prepared.get(...values));
    // The row's shape is the one that Kysely derived from the tables of which the statement was built.
    return (row === undefined ? undefined : toRow(row)) as Row | undefined; // see above
  }

  all<P extends Params, Row>(statement: Statement<P, Row>, params: P): Row[] {
    const { compiled, prepared, toRow } = this.#prepare(statement);
    const values = bind(compiled, params);
    return guard(() => prepared.all(...values)).map(toRow) as Row[]; // as in `first`
  }

  /** Answers how many rows changed. */
  run<P extends Params>(statement: Statement<P, unknown>, params: P): number {
    const { compiled, prepared } = this.#prepare(statement);
    const values = bind(compiled, params);
    return Number(guard(() => prepared.run(...values)).changes);
  }

  /** Runs SQL of the adapter's own, e.g. `COMMIT`, as a prepared statement. */
  command(text: string): void {
    this.write(text, []);
  }

  /** Writes by SQL of the adapter's own that is run again and again: it is kept prepared. */
  write(text: string, values: readonly SQLInputValue[]): void {
    let prepared = this.#texts.get(text);
    if (prepared === undefined) {
      prepared = guard(() => this.#db.prepare(text));
      this.#texts.set(text, prepared);
    }
    const statement = prepared;
    guard(() => statement.run(...values));
  }

  /** The single value of a pragma. */
  pragma(name: string): unknown {
    const prepared = this.#texts.get(name) ?? guard(() => this.#db.prepare(`PRAGMA ${name}`));
    this.#texts.set(name, prepared);
    return Object.values(guard(() => prepared.get()) ?? {})[0];
  }

  /** Runs one piece of SQL of the adapter's own that is not worth keeping prepared. */
  execute(text: string, values: readonly unknown[] = []): void {
    // Only constants of this program come here: migrations and pragmas. node:sqlite refuses what it cannot bind.
    guard(() => this.#db.prepare(text).run(...(values as readonly SQLInputValue[]))); // see above
  }

  rows(text: string, values: readonly unknown[] = []): { readonly [column: string]: unknown }[] {
    return guard(() => this.#db.prepare(text).all(...(values as readonly SQLInputValue[]))); // as in `execute`
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close();
  }

  #prepare<P extends Params, Row>(statement: Statement<P, Row>): Prepared {
    const known = this.#statements.get(statement);
    if (known !== undefined) return known;
    const compiled = compiledStatements.get(statement) ?? compileStatement(sqliteCompiler, statement);
    compiledStatements.set(statement, compiled);
    const prepared = guard(() => this.#db.prepare(compiled.sql));
    const made = { compiled, prepared, toRow: rowsOf(prepared) };
    this.#statements.set(statement, made);
    return made;
  }
}

/** An array of a row's values, as an object by the names of their columns. */
type ToRow = (values: unknown) => object;

/**
 * Has a statement answer arrays, and makes objects of them: SQLite's binding would look up each name of each column of each row
 * anew, which costs more than the query. As a literal that is written for the statement, a row is made at once; member by member it
 * costs ten times as much.
 */
function rowsOf(prepared: StatementSync): ToRow {
  prepared.setReturnArrays(true);
  // Names of columns are constants of this program's statements, and stand quoted.
  const members = prepared.columns().map(({ name }, index) => `${JSON.stringify(name)}: values[${index}]`);
  return new Function('values', `return { ${members.join()} };`) as ToRow; // a function of this very form
}

function guard<T>(call: () => T): T {
  try {
    return call();
  } catch (error) {
    throw translate(error);
  }
}
