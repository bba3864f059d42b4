import pg from 'pg';
import type { Scalar } from '../port.ts';
import { bindMessage } from './bind-message.ts';
import { type ReadText, VALUE_TYPES } from './values.ts';

/** A statement in PostgreSQL's language, under the name by which each connection prepares it. */
export type Prepared = { readonly name: string; readonly sql: string };

/** What a connection was told of the columns of its prepared statements. They cannot change: the server would refuse to run them. */
export type KnownColumns = Map<Prepared, Columns>;
type Columns = {
  readonly names: readonly string[];
  readonly readers: readonly ReadText[];
  /** A row of nulls: copied, it has the shape of all. */
  readonly empty: Row;
};
type Row = { [column: string]: unknown };

const NO_COLUMNS: Columns = { names: [], readers: [], empty: {} };

/** What is used of a connection of `pg` and missing in its types: which statements it has prepared, or has been asked to. */
type Wire = {
  readonly stream: { readonly writable: boolean; write(bytes: Uint8Array): unknown };
  readonly submittedNamedStatements: { [name: string]: string };
  parse(statement: { readonly name: string; readonly text: string }): void;
};
type FieldDescription = { readonly name: string; readonly dataTypeID: number };

/** What is used of a query of `pg`: its client, which pipelines queries of this class alone, and keeps account of what was prepared. */
type PgQuery = {
  name: string | undefined;
  text: string;
  callback: (error: Error | null, answered: PreparedQuery) => void;
  hasBeenParsed(connection: Wire): boolean;
};
const Base = pg.Query as unknown as new (text: string) => PgQuery; // as it is; its types leave these out

/**
 * One run of a prepared statement. A query of `pg` copies its settings, has its columns described by the server every time and is written in four
 * pieces, which costs as much as all else that is done for it; this one is asked for its columns when a connection first runs the statement.
 */
export class PreparedQuery extends Base {
  readonly #statement: Prepared;
  readonly #values: readonly Scalar[];
  readonly #known: KnownColumns;
  #columns: Columns | undefined;
  #failure: Error | undefined;
  #completion = '';
  /** The rows of its answer. (`rows` is another thing to `pg`.) */
  readonly found: Row[] = [];

  /** @param callback hears once of an error, as `pg` has it, or of this query with its answer */
  constructor(
    statement: Prepared,
    values: readonly Scalar[],
    known: KnownColumns,
    callback: PgQuery['callback'],
  ) {
    super(statement.sql);
    this.name = statement.name;
    this.callback = callback;
    this.#statement = statement;
    this.#values = values;
    this.#known = known;
    this.#columns = known.get(statement);
  }

  /** How many rows a command changed: the last word of what the server says of it. */
  get changed(): number {
    const count = Number(this.#completion.slice(this.#completion.lastIndexOf(' ') + 1));
    return Number.isSafeInteger(count) ? count : 0;
  }

  submit(connection: Wire): null {
    const { name, sql } = this.#statement;
    if (!this.hasBeenParsed(connection)) {
      connection.parse({ name, text: sql });
      connection.submittedNamedStatements[name] = sql;
    }
    // Not before they were told: whoever was the first to ask may have failed.
    const message = bindMessage(name, this.#values, this.#columns === undefined);
    if (connection.stream.writable) connection.stream.write(message);
    return null;
  }

  handleRowDescription({ fields }: { readonly fields: readonly FieldDescription[] }): void {
    const names = fields.map(({ name }) => name);
    this.#keep({
      names,
      readers: fields.map(({ dataTypeID }) => VALUE_TYPES.getTypeParser(dataTypeID)),
      empty: Object.fromEntries(names.map((name) => [name, null])),
    });
  }

  handleDataRow({ fields }: { readonly fields: readonly (string | null)[] }): void {
    if (this.#failure !== undefined) return;
    try {
      this.found.push(this.#read(fields));
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error('a row could not be read', { cause: error });
    }
  }

  handleCommandComplete({ text }: { readonly text: string }): void {
    if (this.#columns === undefined) this.#keep(NO_COLUMNS);
    this.#completion = text;
  }

  handleError(error: Error): void {
    this.callback(error, this);
  }

  handleReadyForQuery(): void {
    this.callback(this.#failure ?? null, this);
  }

  #keep(columns: Columns): void {
    this.#columns = columns;
    this.#known.set(this.#statement, columns);
  }

  #read(fields: readonly (string | null)[]): Row {
    const { names, readers, empty } = this.#columns ?? NO_COLUMNS;
    if (fields.length !== names.length) throw new Error('a row has other columns than were described');
    const row: Row = { ...empty };
    for (let place = 0; place < fields.length; place++) {
      const text = fields[place] ?? null;
      const [name, read] = [names[place], readers[place]];
      if (text !== null && name !== undefined && read !== undefined) row[name] = read(text);
    }
    return row;
  }
}
