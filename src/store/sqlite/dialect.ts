import {
  DummyDriver,
  Kysely,
  type LimitNode,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
  sql,
  ValueNode,
} from 'kysely';
import type { MigrationTarget } from '../migrations/migration.ts';
import type { Schema } from '../schema.ts';

/**
 * Tables are STRICT (https://www.sqlite.org/stricttables.html): a column holds its own type and no other, as it would
 * in PostgreSQL. SQLite otherwise stores a string in an integer column without a word.
 */
class StrictCompiler extends SqliteQueryCompiler {
  /** As a number where it is one: SQLite prepares a statement anew for each run whose limit is a parameter, to plan for its value. */
  protected override visitLimit(node: LimitNode): void {
    const { limit } = node;
    if (ValueNode.is(limit) && Number.isSafeInteger(limit.value)) this.append(`limit ${limit.value}`);
    else super.visitLimit(node);
  }

  protected override visitCreateTable(node: Parameters<SqliteQueryCompiler['visitCreateTable']>[0]): void {
    super.visitCreateTable(node);
    this.append(' strict');
  }
}

/**
 * For the program's statements, whose constants stand in them: as parameters they would be bound, and copied, at each run. Nothing of a request
 * is a constant: it comes through holes. Migrations keep the other compiler: their text is held against what was applied before.
 */
class ConstantsInPlace extends StrictCompiler {
  protected override appendValue(value: unknown): void {
    const stands = Number.isSafeInteger(value) || (typeof value === 'string' && !value.includes('\u0000'));
    if (stands) this.appendImmediateValue(value);
    else super.appendValue(value);
  }
}

/** SQLite's language. Nothing is run through it: the driver is a dummy. */
export const SQLITE: MigrationTarget = {
  dialect: {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new StrictCompiler(),
  },
  // `integer primary key` is the table's own key (rowid), without a second tree.
  types: {
    integer: sql`integer`,
    text: sql`text`,
    bytes: sql`blob`,
    relaxes: false,
    keepsApart: true,
    random: sql`lower(hex(randomblob(16)))`,
    after: (tables, name, statement) =>
      tables.flatMap((table) =>
        ['insert', 'update', 'delete'].map((event) => {
          const trigger = sql.id(`${name}_${table}_${event}`);
          return sql`create trigger ${trigger} after ${sql.raw(event)} on ${sql.id(table)} begin ${statement}; end`;
        }),
      ),
    partitioned: () => [],
  },
};

/** Compiles statements for SQLite. */
export const sqliteCompiler = new Kysely<Schema>({
  dialect: { ...SQLITE.dialect, createQueryCompiler: () => new ConstantsInPlace() },
});
