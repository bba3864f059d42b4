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
import { intoPartitions } from './partition-table.ts';

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
    keepsApart: false,
    random: sql`gen_random_uuid()::text`,
    after: (tables, name, statement) => [
      sql`create function ${sql.id(name)}() returns trigger language plpgsql as $$ begin ${statement}; return null; end $$`,
      ...tables.map((table) => {
        const event = sql`insert or update or delete or truncate`;
        return sql`create trigger ${sql.id(name)} after ${event} on ${sql.id(table)} for each statement execute function ${sql.id(name)}()`;
      }),
    ],
    partitioned: intoPartitions,
  },
};

/** Compiles statements for PostgreSQL. */
export const postgresCompiler = new Kysely<Schema>({ dialect: POSTGRES.dialect });
