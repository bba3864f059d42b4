import type { Kysely } from 'kysely';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import type { Migration } from '../../src/store/migrations/migration.ts';
import type { Hole } from '../../src/store/port.ts';
import type { Schema } from '../../src/store/schema.ts';
import { statement } from '../../src/store/statement.ts';

/** A table of the tests' own, beside the service's: what a store promises holds for every table. */
type NoteTables = { note: { id: number; text: string; weight: number | null; data: Uint8Array | null } };

// The tests' table is no part of the schema that the service sees.
const notes = (db: Kysely<Schema>): Kysely<NoteTables> => db as unknown as Kysely<NoteTables>; // see above

const addNotes: Migration = {
  name: 'test-notes',
  async up(db, { integer, text, bytes }) {
    await db.schema
      .createTable('note')
      .addColumn('id', integer, (column) => column.primaryKey().notNull())
      .addColumn('text', text, (column) => column.notNull())
      .addColumn('weight', integer)
      .addColumn('data', bytes)
      .execute();
    await db.schema.createIndex('note_text').on('note').columns(['text']).execute();
  },
};

export const NOTE_MIGRATIONS: readonly Migration[] = [...MIGRATIONS, addNotes];

export const insertNote = statement((db, hole: Hole<{ id: number; text: string }>) =>
  notes(db)
    .insertInto('note')
    .values({ id: hole('id'), text: hole('text') }),
);

export const insertFullNote = statement(
  (db, hole: Hole<{ id: number; text: string; weight: number | null; data: Uint8Array | null }>) =>
    notes(db)
      .insertInto('note')
      .values({ id: hole('id'), text: hole('text'), weight: hole('weight'), data: hole('data') })
      .returningAll(),
);

/** Inserts unless the id is taken: the number of rows says which. */
export const claimNote = statement((db, hole: Hole<{ id: number; text: string }>) =>
  notes(db)
    .insertInto('note')
    .values({ id: hole('id'), text: hole('text') })
    .onConflict((conflict) => conflict.column('id').doNothing()),
);

export const updateNotes = statement((db, hole: Hole<{ from: string; to: string }>) =>
  notes(db)
    .updateTable('note')
    .set({ text: hole('to') })
    .where('text', '=', hole('from')),
);

export const readNote = statement((db, hole: Hole<{ id: number }>) =>
  notes(db).selectFrom('note').selectAll().where('id', '=', hole('id')),
);

export const readNotes = statement((db, hole: Hole<{ limit: number }>) =>
  notes(db).selectFrom('note').select(['id', 'text']).orderBy('id').limit(hole('limit')),
);

export const countNotes = statement((db) =>
  notes(db)
    .selectFrom('note')
    .select((eb) => eb.fn.countAll<number>().as('count')),
);
