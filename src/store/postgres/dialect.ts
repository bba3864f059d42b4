import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  sql,
} from 'kysely';
import type { MigrationTarget } from '../migrations/migration.ts';
import type { Schema } from '../schema.ts';

/** PostgreSQL's language. Nothing is run through it: the driver is a dummy. */
export const POSTGRES: MigrationTarget = {
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
  types: {
    integer: sql`bigint`,
    // Compared byte by byte, as SQLite does: pages follow the same order on both, and an index does not depend on the
    // system's collations, which change with its C library.
    text: sql`text collate "C"`,
    bytes: sql`bytea`,
    relaxes: true,
  },
};

/** Compiles statements for PostgreSQL. */
export const postgresCompiler = new Kysely<Schema>({ dialect: POSTGRES.dialect });
