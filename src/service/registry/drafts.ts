import type { Params, Statement, View } from '../../store/port.ts';

/** Reads, and nothing else: what rows of a file are judged by. */
export type Finder = Pick<View, 'first' | 'all'>;

/** How a statement finds rows: by what of them, as text. Two of the same text are the same. */
export type Lookup<Row> = {
  readonly statement: unknown;
  readonly keyOfParams: (params: never) => string;
  /** Null for a row that it never finds. */
  readonly keyOfRow: (row: Row) => string | null;
};

/** A lookup whose keys are of the statement's own parameters and of rows such as it finds. */
export function lookup<P extends Params, Row>(
  statement: Statement<P, Row>,
  keys: { readonly keyOfParams: (params: P) => string; readonly keyOfRow: (row: Row) => string | null },
): Lookup<Row> {
  return { statement, ...keys };
}

/**
 * What the rows of a file would leave on the register if it were kept, for those behind them to be judged by. A statement that no lookup names finds
 * what the register has.
 */
export class Drafts<Row extends { readonly id: string }> {
  readonly #rows = new Map<string, Row>();
  readonly #found: ReadonlyMap<unknown, { readonly lookup: Lookup<Row>; readonly rows: Map<string, Row> }>;

  constructor(lookups: readonly Lookup<Row>[]) {
    this.#found = new Map(lookups.map((lookup) => [lookup.statement, { lookup, rows: new Map() }]));
  }

  put(row: Row): void {
    const before = this.#rows.get(row.id);
    for (const { lookup, rows } of this.#found.values()) {
      const [old, key] = [before === undefined ? null : lookup.keyOfRow(before), lookup.keyOfRow(row)];
      if (old !== null && old !== key) rows.delete(old);
      if (key !== null) rows.set(key, row);
    }
    this.#rows.set(row.id, row);
  }

  over(finder: Finder): Finder {
    return {
      // No row is judged by a list that those before it could be in.
      all: (statement, params) => finder.all(statement, params),
      first: async <P extends Params, Found>(statement: Statement<P, Found>, params: P) => {
        const kept = await finder.first(statement, params);
        const drafted = this.#found.get(statement);
        if (drafted === undefined) return kept;
        const key = drafted.lookup.keyOfParams(params as never); // the statement's own
        const { id } = (kept ?? { id: '' }) as { readonly id: string }; // rows that are drafted have identifiers
        const instead = this.#rows.get(id);
        if (kept !== undefined && instead === undefined) return kept;
        const isStill = instead !== undefined && drafted.lookup.keyOfRow(instead) === key;
        return (isStill ? instead : drafted.rows.get(key)) as Found | undefined; // the lookup's statement finds such rows
      },
    };
  }
}

/** What a row of a file would be known by until it is kept: messages tell of it so. */
export function draftId(row: number): string {
  return `row ${row}`;
}

/** Null for what only a draft is known by. */
export function keptId(id: string): string | null {
  return id.startsWith('row ') ? null : id;
}
