import { SextantError } from '../bytes/errors.ts';

/** Something this verifier depends on does not answer; nothing was decided, and nothing is ever passed because of it. */
export class AvailabilityError extends SextantError<
  | 'store_unavailable'
  | 'overloaded'
  | 'deadline_exceeded'
  | 'verification_unavailable'
  /** The log departs from what was published of it: nothing is signed until a new origin is opened. */
  | 'log_behind'
  /** A checkpoint could not be kept outside the database. */
  | 'checkpoint_unkept'
> {}

/** What is wrong with a database, or with the way it is used. Codes are API. */
export type StoreCode =
  /** The file is not a database, or not one of Sextant's. */
  | 'store_foreign'
  /** The database was written by a newer version, which this one must not touch. */
  | 'store_newer'
  /** A migration that this database has had is not the one that this version carries. */
  | 'migration_altered'
  /** The database server is too old, or set so that acknowledged writes could be lost or altered. */
  | 'store_unsuitable'
  /** A number that JavaScript would round. */
  | 'value_too_large'
  /** The folder may be written by anybody. */
  | 'folder_exposed'
  /** What the database holds of the log contradicts itself. */
  | 'log_inconsistent'
  /** The database that an import was to fill is in use. */
  | 'store_in_use'
  /** An export was written by another version of the tables. */
  | 'migrations_differ'
  /** The log is signed under another key or name than at its first start. */
  | 'log_key_differs'
  /** A row broke a constraint: unique, foreign key, check or not null. */
  | 'constraint_violated'
  /** A unit of work awaited something other than its own `tx` or `view`. */
  | 'unit_outlived'
  /** A `tx` or `view` was used after its unit of work had ended. */
  | 'unit_ended'
  /** A statement ran without one of its parameters. */
  | 'parameter_missing';

export class StoreError extends SextantError<StoreCode> {}
