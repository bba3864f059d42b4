import { type Compilable, type Kysely, sql } from 'kysely';
import { StoreError } from './errors.ts';
import type { Hole, Params, Scalar, Statement } from './port.ts';
import type { Schema } from './schema.ts';

/**
 * Declares a query, once, as a constant of its module. The parameters are named by the type of `hole`:
 *
 *     const findHost = statement((db, hole: Hole<{ id: string }>) =>
 *       db.selectFrom('host').selectAll().where('id', '=', hole('id')));
 *
 *     const host = await view.first(findHost, { id });
 *
 * Plain values in the query are constants of it. One hole stands for one value: for a list, run the statement for each
 * item, or declare as many holes as the list may have. What is written must be understood by SQLite and PostgreSQL:
 * `returning`, `onConflict`, row comparison and common table expressions are; `rowid`, `insert or replace` and
 * functions on dates or JSON are not.
 */
export function statement<P extends Params, Row>(
  build: (db: Kysely<Schema>, hole: Hole<P>) => Compilable<Row>,
): Statement<P, Row> {
  return { build };
}

/** A statement in one database's language, with its parameters in order. */
export type CompiledStatement = {
  readonly sql: string;
  readonly slots: readonly (Placeholder | Scalar)[];
};

/** Marks, among the parameters of a compiled query, where the value of a name goes. */
class Placeholder {
  readonly name: string;

  constructor(name: string) {
    this.name = name;
  }
}

/** Compiles for the database whose query compiler `db` carries. */
export function compileStatement<P extends Params, Row>(
  db: Kysely<Schema>,
  { build }: Statement<P, Row>,
): CompiledStatement {
  const hole: Hole<P> = (name) => sql.val<P[typeof name]>(new Placeholder(name) as never); // a mark where its value will stand
  const compiled = build(db, hole).compile();
  // Everything else that a query builder was given as a value was typed by the tables as one that they hold.
  return { sql: compiled.sql, slots: compiled.parameters as readonly (Placeholder | Scalar)[] }; // see above
}

/**
 * The values of one run, in order.
 *
 * @throws StoreError `parameter_missing`
 */
export function bind(statement: CompiledStatement, params: Params): Scalar[] {
  return statement.slots.map((slot) => {
    if (!(slot instanceof Placeholder)) return slot;
    const value = params[slot.name];
    if (value !== undefined) return value;
    throw new StoreError('parameter_missing', `${slot.name} was not given`, {
      path: slot.name,
      actual: statement.sql.slice(0, 200),
    });
  });
}
