import { DatabaseSync } from 'node:sqlite';
import { Kysely } from 'kysely';
import { describe, expect, it } from 'vitest';
import type { Hole } from '../../src/store/port.ts';
import type { Schema } from '../../src/store/schema.ts';
import { SQLITE, sqliteCompiler } from '../../src/store/sqlite/dialect.ts';
import { compileStatement, statement } from '../../src/store/statement.ts';

const heldBy = (name: string) =>
  statement((db, hole: Hole<{ id: string }>) =>
    db
      .selectFrom('host')
      .select('id')
      .where('hostname', 'in', [name, 'other'])
      .where('suspended_at_ms', '=', -1)
      .where('id', '=', hole('id')),
  );

describe('constants of a statement on SQLite', () => {
  it('stand in it, and what a run is given does not', () => {
    const { sql, slots } = compileStatement(sqliteCompiler, heldBy('plain'));
    expect(sql).toContain(`in ('plain', 'other') and "suspended_at_ms" = -1 and "id" = ?`);
    expect(slots).toHaveLength(1);
  });

  it.each([`it's`, `'`, `'; drop table host; --`, 'back\\slash', '?', '$1', '', 'ünïcode 🛰', 'line\nbreak'])(
    'are the text that they were: %j',
    (text) => {
      const db = new DatabaseSync(':memory:');
      db.exec('create table host (id text, hostname text, suspended_at_ms integer) strict');
      db.prepare('insert into host values (?, ?, -1)').run('found', text);
      db.prepare('insert into host values (?, ?, -1)').run('found', `${text} not`);
      const { sql } = compileStatement(sqliteCompiler, heldBy(text));
      expect(db.prepare(sql).all('found')).toHaveLength(1);
      db.close();
    },
  );

  it('are parameters still where they have no such form', () => {
    expect(compileStatement(sqliteCompiler, heldBy('nul \u0000')).slots).toContain('nul \u0000');
    const half = statement((db) => db.selectFrom('host').select('id').where('suspended_at_ms', '>', 0.5));
    expect(compileStatement(sqliteCompiler, half).slots).toEqual([0.5]);
  });

  it('are parameters in migrations, whose text was recorded', () => {
    const db = new Kysely<Schema>({ dialect: SQLITE.dialect });
    expect(compileStatement(db, heldBy('plain')).sql).not.toContain('plain');
  });
});
