import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, it } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import { DATABASE_FILE, openSqliteStore } from '../../src/store/sqlite/open.ts';
import { temporaryFolder } from './temporary.ts';

const FILL = `
  insert into principal (id, name, role, tenant, created_by, created_at_ms, disabled_at_ms)
  values ('prn_1', 'first administrator', 'administrator', 'verifier', 'bootstrap', 1, null);
  insert into bearer_token (id, principal_id, secret_hash, scopes, label, created_by, created_at_ms, expires_at_ms,
    revoked_at_ms, last_used_at_ms)
  values ('tok_1', 'prn_1', 'digest', 'tokens:write', 'admin.token', 'bootstrap', 1, null, null, null);
`;

describe('a database of before tokens were bound to keys', () => {
  it('keeps its tokens: they read, and whoever holds one may bind it', async () => {
    const folder = temporaryFolder();
    const older = MIGRATIONS.slice(
      0,
      MIGRATIONS.findIndex(({ name }) => name === '0087-bound-tokens'),
    );
    await (await openSqliteStore({ folder, migrations: older })).close();
    const before = new DatabaseSync(join(folder, DATABASE_FILE));
    before.exec(FILL);
    before.close();
    await (await openSqliteStore({ folder })).close();
    const db = new DatabaseSync(join(folder, DATABASE_FILE), { readOnly: true });
    const { jkt, bind_until_ms } = db.prepare('select jkt, bind_until_ms from bearer_token').get() ?? {};
    expect({ jkt, until: new Date(Number(bind_until_ms)).toISOString() }).toEqual({
      jkt: null,
      until: '9999-12-31T23:59:59.999Z',
    });
    db.close();
  });
});
