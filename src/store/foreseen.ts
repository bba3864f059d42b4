import type { Params, Statement, Tx } from './port.ts';

/** What some statements answer: read together by another of the same unit of work, so that each need not be asked by itself. */
export class Answers {
  readonly #known = new Map<object, { readonly params: Params; readonly rows: readonly unknown[] }>();

  /** @param rows as the statement itself would answer them with these parameters: none, one or several */
  add<P extends Params, Row>(statement: Statement<P, Row>, params: P, rows: readonly NoInfer<Row>[]): this {
    this.#known.set(statement, { params, rows });
    return this;
  }

  /** Once: whoever asks again may want to see what was written meanwhile. */
  take(statement: object, params: Params): readonly unknown[] | undefined {
    const known = this.#known.get(statement);
    if (known === undefined || !sameParams(known.params, params)) return undefined;
    this.#known.delete(statement);
    return known.rows;
  }
}

/** A unit of work to which these answers are known: whatever else is asked goes to the unit itself. */
export function foreseeing(tx: Tx, answers: Answers): Tx {
  return {
    first: <P extends Params, Row>(statement: Statement<P, Row>, params: P) => {
      const rows = answers.take(statement, params) as readonly Row[] | undefined; // of the type that `add` took
      return rows === undefined ? tx.first(statement, params) : Promise.resolve(rows[0]);
    },
    all: <P extends Params, Row>(statement: Statement<P, Row>, params: P) => {
      const rows = answers.take(statement, params) as readonly Row[] | undefined; // as above
      return rows === undefined ? tx.all(statement, params) : Promise.resolve([...rows]);
    },
    run: (statement, params) => tx.run(statement, params),
    record: (act) => tx.record(act),
  };
}

function sameParams(one: Params, other: Params): boolean {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
}
