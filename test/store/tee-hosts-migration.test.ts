import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { DummyDriver, PostgresAdapter, PostgresIntrospector, PostgresQueryCompiler } from 'kysely';
import { describe, expect, it } from 'vitest';
import { log } from '../../src/store/migrations/0001-log.ts';
import { registry } from '../../src/store/migrations/0002-registry.ts';
import { attestation } from '../../src/store/migrations/0003-attestation.ts';
import { teeHosts } from '../../src/store/migrations/0004-tee-hosts.ts';
import { compileMigration } from '../../src/store/migrations/migration.ts';
import { POSTGRES } from '../../src/store/postgres/dialect.ts';
import { DATABASE_FILE, openSqliteStore } from '../../src/store/sqlite/open.ts';
import { temporaryFolder } from './temporary.ts';

const FILL = `
  insert into host (id, tenant, facility_id, ek_digest, ek_certificate, ek_anchor, ek_name, ek_valid_until_ms, jkt, host_key,
    ak_name, ak_public, hostname, tpm_device_id, enrolled_at_ms, version, suspended_at_ms, suspended_reason)
  values ('hst_1', 'acme', 'fac_1', 'digest', x'01', 'anchor', x'02', 5, 'jkt', '{}', x'03', x'04', 'rack', 'tpm_1', 6, 7, null, null);
  insert into host_state (host_id, session_issued_at_ms, session_expires_at_ms, unanswered, failures,
    next_attestation_after_ms, reasons, reference_sets, trust_epoch, pcrs)
  values ('hst_1', 0, 0, 0, 0, 0, '[]', '[]', 0, '{}');
  insert into host_device (device_id, host_id, link, since_ms) values ('dev_1', 'hst_1', 'operator-claimed', 1);
  insert into session (id, host_id, nonce, issued_at_ms, expires_at_ms) values ('ses_1', 'hst_1', x'05', 1, 2);
`;

async function migrated(fill: string) {
  const folder = temporaryFolder();
  await (await openSqliteStore({ folder, migrations: [log, registry, attestation] })).close();
  const before = new DatabaseSync(join(folder, DATABASE_FILE), { enableForeignKeyConstraints: false });
  before.exec(fill);
  before.close();
  const store = await openSqliteStore({ folder });
  await store.close();
  return new DatabaseSync(join(folder, DATABASE_FILE));
}

describe('a database of before there were guests', () => {
  it('keeps its hosts, their TPMs and all that refers to them', async () => {
    const db = await migrated(FILL);
    expect(db.prepare('select * from host').get()).toMatchObject({
      id: 'hst_1',
      kind: 'tpm',
      identity_sha256: 'digest',
      ek_anchor: 'anchor',
      device_id: 'tpm_1',
      hostname: 'rack',
      version: 7,
      tee: null,
      platform: null,
    });
    expect(db.prepare('select host_id, pcrs, tee_state, valid_until_ms from host_state').get()).toEqual({
      host_id: 'hst_1',
      pcrs: '{}',
      tee_state: null,
      valid_until_ms: null,
    });
    expect(db.prepare('select count(*) as count from session').get()).toEqual({ count: 1 });
    // References lead to the table as it is now, and are enforced.
    expect(() => db.exec("delete from host where id = 'hst_1'")).toThrow('FOREIGN KEY');
    expect(() => db.exec("insert into host_device values ('dev_2', 'hst_2', 'operator-claimed', 1)")).toThrow(
      'FOREIGN KEY',
    );
    db.close();
  });

  it('takes hosts without a TPM afterwards, and no two with one identity or key', async () => {
    const db = await migrated(FILL);
    const add = (id: string, identity: string, jkt: string): void =>
      db.exec(`insert into host (id, tenant, facility_id, kind, identity_sha256, jkt, host_key, tee, platform, device_id,
        enrolled_at_ms, version) values ('${id}', 'acme', 'fac_1', 'tee', '${identity}', '${jkt}', '{}', 'tdx', '{}', 'tee_${id}', 1, 1)`);
    add('hst_2', 'other', 'jkt2');
    add('hst_3', 'third', 'jkt3');
    expect(() => add('hst_4', 'other', 'jkt4')).toThrow('UNIQUE');
    expect(() => add('hst_5', 'fifth', 'jkt2')).toThrow('UNIQUE');
    db.close();
  });

  it('is left as it was where a reference of it leads nowhere', async () => {
    const dangling =
      "insert into session (id, host_id, nonce, issued_at_ms, expires_at_ms) values ('s', 'hst_9', x'05', 1, 2)";
    await expect(migrated(dangling)).rejects.toMatchObject({ code: 'constraint_violated' });
  });
});

it('relaxes columns where the database can, instead of making the table anew', async () => {
  const dialect = {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db: ConstructorParameters<typeof PostgresIntrospector>[0]) =>
      new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
  const { types } = POSTGRES;
  const { statements } = await compileMigration(teeHosts, { dialect, types });
  const text = statements.map((statement) => statement.sql);
  expect(text).toContain('alter table "host" alter column "ak_public" drop not null');
  expect(text).toContain('alter table "host" rename column "ek_digest" to "identity_sha256"');
  expect(text.some((statement) => statement.startsWith('drop table'))).toBe(false);
});
