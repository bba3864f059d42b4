import { hash } from 'node:crypto';
import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  DummyDriver,
  Kysely,
  type QueryResult,
  type RawBuilder,
} from 'kysely';
import { domain } from '../../bytes/domain.ts';
import { toHex, toUtf8 } from '../../bytes/text.ts';
import type { Schema } from '../schema.ts';

/** What both databases have, each in its own way. */
export type ColumnTypes = {
  /** Safe integers: counts, instants in milliseconds, booleans as 0 or 1. */
  readonly integer: RawBuilder<number>;
  readonly text: RawBuilder<string>;
  readonly bytes: RawBuilder<Uint8Array>;
  /** Whether a column can lose its `not null`; where it cannot, the table is made anew. */
  readonly relaxes: boolean;
  /** Whether a table's rows are kept apart from its key where nothing else is said. */
  readonly keepsApart: boolean;
  /** 128 random bits as text, drawn anew wherever it stands. */
  readonly random: RawBuilder<string>;
  /** What has a statement follow every write to any of some tables, in the same transaction; `name` is of the whole. */
  readonly after: (
    tables: readonly string[],
    name: string,
    statement: RawBuilder<unknown>,
  ) => readonly RawBuilder<unknown>[];
  /**
   * What cuts a table that is there into partitions by an instant, its rows kept, each value of its primary key once in all of them;
   * nothing where the database has none. Later ones are made as time goes (Store.tend).
   */
  readonly partitioned: (
    table: string,
    by: { readonly key: string; readonly instant: string },
  ) => readonly RawBuilder<unknown>[];
};

/**
 * One step of the database's shape, written once with Kysely's schema builder for every database.
 *
 * It reads nothing: its statements are collected first, then run in one transaction. Once released it is never edited;
 * a database that has had it remembers the digest of its statements and is refused if that changed.
 */
export type Migration = {
  readonly name: string;
  readonly up: (db: Kysely<Schema>, types: ColumnTypes) => Promise<void>;
};

/** How one database writes migrations. */
export type MigrationTarget = { readonly dialect: Dialect; readonly types: ColumnTypes };

export type CompiledMigration = {
  readonly name: string;
  readonly statements: readonly CompiledQuery[];
  /** SHA-256 over the statements, lower-case hexadecimal. */
  readonly digest: string;
};

/** The statements of a migration for one database; nothing is run. */
export async function compileMigration(
  { name, up }: Migration,
  { dialect, types }: MigrationTarget,
): Promise<CompiledMigration> {
  const statements: CompiledQuery[] = [];
  const db = new Kysely<Schema>({
    dialect: {
      createAdapter: () => dialect.createAdapter(),
      createIntrospector: (kysely) => dialect.createIntrospector(kysely),
      createQueryCompiler: () => dialect.createQueryCompiler(),
      createDriver: () => new CollectingDriver(statements),
    },
  });
  await up(db, types);
  const text = JSON.stringify(statements.map(({ sql, parameters }) => [sql, parameters]));
  const digest = toHex(hash('sha256', domain('migration', toUtf8(text, name)), 'buffer'));
  return { name, statements, digest };
}

class CollectingDriver extends DummyDriver implements Driver {
  readonly #statements: CompiledQuery[];

  constructor(statements: CompiledQuery[]) {
    super();
    this.#statements = statements;
  }

  override async acquireConnection(): Promise<DatabaseConnection> {
    const connection = await super.acquireConnection();
    connection.executeQuery = async <R>(query: CompiledQuery): Promise<QueryResult<R>> => {
      this.#statements.push(query);
      return { rows: [] };
    };
    return connection;
  }
}
