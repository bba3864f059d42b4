import type { Compilable, Expression, Kysely } from 'kysely';
import type { Act } from '../record/leaf.ts';
import type { Schema } from './schema.ts';

/**
 * The store as the service sees it: one port, an adapter for each database.
 *
 * Values in rows are what both databases hold alike: strings, safe integers (instants are milliseconds since the
 * epoch, booleans 0 or 1), bytes and null. Structured values are canonical JSON text.
 */
export type Scalar = string | number | Uint8Array | null;

/** The named parameters of a statement. */
export type Params = { readonly [name: string]: Scalar };

/** Stands for the value of a parameter while a statement is being built. */
export type Hole<P extends Params> = <K extends keyof P & string>(name: K) => Expression<P[K]>;

/**
 * A query written once with Kysely, compiled once for each adapter, prepared once for each connection and run many
 * times: on the hot path nothing is built again. Make them with `statement` (statement.ts).
 */
export type Statement<P extends Params, Row> = {
  readonly build: (db: Kysely<Schema>, hole: Hole<P>) => Compilable<Row>;
};

/** Reads. Inside {@link Store.read} they see one snapshot of what is durable, never a write that is under way. */
export interface View {
  first<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined>;
  all<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row[]>;
}

/**
 * Reads and writes of one unit of work. They run in the order in which they are asked for, each seeing those before it: what does not
 * need another's answer is asked for with it (`Promise.all`), and goes to a server and back once. All must be answered when the work ends.
 */
export interface Tx extends View {
  /** Runs an insert, update or delete; answers how many rows it changed. */
  run<P extends Params>(statement: Statement<P, unknown>, params: P): Promise<number>;
  /**
   * Appends an act to the transparency log, in this same unit of work; answers the index of its leaf. Instants never
   * decrease along the log: an act whose `at` lies before its predecessor's is recorded at the predecessor's.
   */
  record(act: Act): Promise<number>;
}

/** The store as the service sees it. */
export interface Store {
  /**
   * One unit of work, all or nothing, durable (fsync) when the promise resolves. Work runs serially with that of others
   * and shares their commit; it may await nothing but its own `tx`, and may run again after a conflict, so that it must
   * change nothing outside. When it throws, nothing of it remains and the error is passed on.
   *
   * A statement that failed ends its unit, even if the work catches the error: what is expected to collide says so in
   * its statement (`onConflict`) and looks at the number of rows.
   *
   * @throws AvailabilityError `overloaded`: the queue is full, nothing was tried. `store_unavailable`: the database
   *   failed. If it failed during the commit, whether the unit is in it is known only after the database was opened
   *   again; a repetition must therefore be harmless.
   * @throws StoreError `constraint_violated` and, for mistakes of the caller, `unit_outlived`, `unit_ended`
   */
  write<T>(work: (tx: Tx) => Promise<T>): Promise<T>;
  /** Reads one snapshot of what is durable. The work may await nothing but its own `view`. */
  read<T>(work: (view: View) => Promise<T>): Promise<T>;
  /** {@link View.first} of what is durable, for whoever needs no second statement: one is a snapshot by itself. */
  first<P extends Params, Row>(statement: Statement<P, Row>, params: P): Promise<Row | undefined>;
  /** The highest instant in the log, as last seen: a clock below it is wrong. The service's clock never answers less. */
  highWater(): Date;
  /** Throws an `AvailabilityError` when the store cannot serve. After a failed commit it tries a real one. */
  ping(): Promise<void>;
  /**
   * What a database needs now and then besides its rows: PostgreSQL's partitions are made ahead, and those of the past in which no row is
   * left go, which gives their room back. What cannot be done at once, as others are at the table, is left for the next time. Embedded: nothing.
   */
  tend(now: Date): Promise<void>;
  /**
   * How many verifiers are at this database now, this one among them: those that hold a connection to it, as the server knows them. Embedded: 1.
   * @throws AvailabilityError `store_unavailable`, `overloaded`
   */
  processes(): Promise<number>;
  /** Finishes what was accepted, then closes. Never rejects because of an earlier failure. */
  close(): Promise<void>;
}
