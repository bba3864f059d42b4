import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import { DATABASE_FILE, openSqliteStore } from '../../src/store/sqlite/open.ts';
import { temporaryFolder } from './temporary.ts';

const FILL = `
  insert into party (id, tenant, legal_name, country, ultimate_parent_id, standing, clear_until_ms, standing_reason,
    created_by, created_at_ms, leaf_index)
  values ('pty_1', 'acme', 'Top', 'DE', null, 'unscreened', null, null, 'prn_1', 10, 1),
    ('pty_2', 'acme', 'It''s', 'FR', 'pty_1', 'denied', null, 'on a list', 'prn_1', 20, 2);
  insert into facility (id, tenant, operator_tenant, name, country, area, digest, state, authorised_until_ms, proposed_by,
    proposed_at_ms, decided_by, decided_at_ms, decided_reason, leaf_index)
  values ('fac_1', 'acme', 'cloud', 'Hall', 'DE', '{}', 'd', 'authorised', 99, 'prn_1', 1, 'prn_2', 5, 'seen', 3),
    ('fac_2', 'acme', 'cloud', 'Shed', 'DE', '{}', 'd', 'withdrawn', null, 'prn_1', 1, 'prn_2', 5, 'gone', 4),
    ('fac_3', 'acme', 'cloud', 'Yard', 'DE', '{}', 'd', 'proposed', null, 'prn_1', 1, null, null, null, 5);
  insert into device (id, tenant, kind, natural_key, lifecycle, created_by, created_at_ms, changed_at_ms, leaf_index)
  values ('dev_1', 'acme', 'gpu', 'serial:1', 'in-service', 'prn_1', 1, 1, 6),
    ('dev_2', 'acme', 'gpu', 'serial:2', 'retired', 'prn_1', 1, 1, 7);
`;

it('a database of before keeps its parties as first versions, its authorisations as periods and its devices as they were', async () => {
  const folder = temporaryFolder();
  const before = MIGRATIONS.slice(
    0,
    MIGRATIONS.findIndex(({ name }) => name === '0081-entities'),
  );
  await (await openSqliteStore({ folder, migrations: before })).close();
  const old = new DatabaseSync(join(folder, DATABASE_FILE));
  old.exec(FILL);
  old.close();
  await (await openSqliteStore({ folder })).close();
  const db = new DatabaseSync(join(folder, DATABASE_FILE));
  const all = (sql: string) =>
    db
      .prepare(sql)
      .all()
      .map((row) => ({ ...row }));
  expect(
    all('select id, standing, standing_origin, version, own_ultimate_parent from party order by id'),
  ).toEqual([
    { id: 'pty_1', standing: 'unscreened', standing_origin: null, version: 1, own_ultimate_parent: 0 },
    { id: 'pty_2', standing: 'denied', standing_origin: 'word', version: 1, own_ultimate_parent: 0 },
  ]);
  expect(
    all(
      'select party_id, version, legal_name, ultimate_parent_id, at_ms, leaf_index from party_version order by 1',
    ),
  ).toEqual([
    { party_id: 'pty_1', version: 1, legal_name: 'Top', ultimate_parent_id: null, at_ms: 10, leaf_index: 1 },
    {
      party_id: 'pty_2',
      version: 1,
      legal_name: "It's",
      ultimate_parent_id: 'pty_1',
      at_ms: 20,
      leaf_index: 2,
    },
  ]);
  expect(
    all('select id, facility_id, from_ms, until_ms, reason, withdrawn_at_ms from facility_period'),
  ).toEqual([
    { id: 'fap_1', facility_id: 'fac_1', from_ms: 5, until_ms: 99, reason: 'seen', withdrawn_at_ms: null },
  ]);
  expect(all('select id, authorised_from_ms, period_count from facility order by id')).toEqual([
    { id: 'fac_1', authorised_from_ms: 5, period_count: 1 },
    { id: 'fac_2', authorised_from_ms: null, period_count: 0 },
    { id: 'fac_3', authorised_from_ms: null, period_count: 0 },
  ]);
  expect(
    all('select id, noted_state, shipped_at_ms, due_after_days, look_at_ms from device order by id'),
  ).toEqual([
    { id: 'dev_1', noted_state: 'declared', shipped_at_ms: null, due_after_days: 30, look_at_ms: 0 },
    { id: 'dev_2', noted_state: 'retired', shipped_at_ms: null, due_after_days: 30, look_at_ms: 0 },
  ]);
  db.close();
});
