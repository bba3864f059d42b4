import { closeSync, fsyncSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { Schema } from '../../src/store/schema.ts';
import { DATABASE_FILE } from '../../src/store/sqlite/open.ts';

/** Pages that are kept while rows come in whose keys lie anywhere, KiB. */
const CACHE_KIB = 1_500_000;

/**
 * The embedded database of a verifier that does not run, filled by the million in one transaction: without indexes and triggers until the end, without
 * fsync until then. What is cut off is thrown away. Whoever opens the store next has its own settings again.
 */
export class Bulk {
  readonly #db: DatabaseSync;
  readonly #file: string;
  readonly #statements = new Map<string, StatementSync>();
  /** Indexes and triggers as they were declared: a million rows are sorted once at the end, and no stamp is moved for each. */
  readonly #declared: readonly string[];
  readonly trustEpoch: number;

  constructor(data: string) {
    this.#file = join(data, DATABASE_FILE);
    this.#db = new DatabaseSync(this.#file, { enableForeignKeyConstraints: false });
    // Node's SQLite is defensive and takes no journal mode `off`.
    this.#db.exec('pragma journal_mode = delete; pragma journal_mode = memory; pragma temp_store = memory');
    this.#db.exec(`pragma synchronous = off; pragma cache_size = -${CACHE_KIB}`);
    this.#db.exec('begin immediate');
    const declared = this.all("select type, name, sql from sqlite_schema where type in ('index', 'trigger')");
    this.#declared = declared.flatMap(({ type, name, sql }) => {
      if (sql === null) return []; // of a key: it stays
      this.exec(`drop ${type} "${name}"`);
      return [String(sql)];
    });
    this.trustEpoch = Number(this.all('select epoch from trust_epoch')[0]?.['epoch']);
  }

  insert<T extends keyof Schema & string>(table: T, row: Schema[T]): void {
    const statement = this.#statements.get(table) ?? this.insertion(table, Object.keys(row));
    this.#statements.set(table, statement);
    statement.run(...(Object.values(row) as SQLInputValue[])); // tables hold nothing else
  }

  /** For rows by the million: the values of its columns, in their order. */
  insertion(table: string, columns: readonly string[]): StatementSync {
    const values = columns.map(() => '?').join(', ');
    return this.#db.prepare(`insert into ${table} (${columns.join(', ')}) values (${values})`);
  }

  exec(sql: string): void {
    this.#db.exec(sql);
  }

  all(sql: string, ...values: SQLInputValue[]): Record<string, unknown>[] {
    return this.#db.prepare(sql).all(...values);
  }

  /** A function for SQL that answers the same for the same arguments, all of which are text or whole numbers. */
  define(name: string, answer: (...values: (string | number)[]) => string): void {
    this.#db.function(
      name,
      { deterministic: true, varargs: true },
      (...values) => answer(...(values as (string | number)[])), // as documented above
    );
  }

  columnsOf(table: string): string[] {
    return this.all('select name from pragma_table_info(?)', table).map(({ name }) => String(name));
  }

  /** Indexes, triggers, and everything on disk. */
  close(): void {
    for (const sql of this.#declared) this.exec(sql);
    // As every single row would have done.
    this.exec('update gate_stamp set stamp = lower(hex(randomblob(16)))');
    this.exec('commit');
    this.#db.close();
    const file = openSync(this.#file, 'r');
    fsyncSync(file);
    closeSync(file);
  }
}
