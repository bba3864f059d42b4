import { pino } from 'pino';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startVerifier } from '../../src/cli/serve/verifier.ts';
import { verifyCheckpoint, verifyReceipt } from '../../src/record/index.ts';
import { latestCheckpoint, receiptFor } from '../../src/service/log.ts';
import { readHead } from '../../src/store/log/statements.ts';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import type { Migration } from '../../src/store/migrations/migration.ts';
import type { Store } from '../../src/store/port.ts';
import { openPostgresStore } from '../../src/store/postgres/open.ts';
import { openSqliteStore } from '../../src/store/sqlite/open.ts';
import { describeWithPostgres, execute, newDatabase } from '../postgres/shared.ts';
import { fuzzRuns } from '../vectors.ts';
import { act } from './contract.ts';
import { temporaryFolder } from './temporary.ts';

/** A database that can be opened by any version, and where a verifier finds it. */
type Place = {
  readonly data: string;
  readonly database?: string;
  readonly open: (migrations: readonly Migration[]) => Promise<Store>;
};

function embedded(): Place {
  const data = temporaryFolder();
  return { data, open: (migrations) => openSqliteStore({ folder: data, migrations }) };
}

async function postgres(): Promise<Place> {
  const database = await newDatabase();
  return {
    data: temporaryFolder(),
    database,
    open: (migrations) => openPostgresStore({ url: database, migrations }),
  };
}

/** Three acts, by a version that knew so many migrations. */
async function writtenBy({ open }: Place, known: number): Promise<void> {
  const store = await open(MIGRATIONS.slice(0, known));
  for (const text of ['a', 'b', 'c']) await store.write((tx) => tx.record(act(text)));
  await store.close();
}

async function serves({ data, database }: Place): Promise<void> {
  const verifier = await startVerifier({
    data,
    ...(database === undefined ? {} : { database }),
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => verifier.close());
  expect((await fetch(`${verifier.url}/readyz`)).status).toBe(200);
  const { context } = verifier;
  const log = { name: context.config.logOrigin, publicKey: context.keys.log.publicKey };
  // The three, and the keys that this version made.
  expect(verifyCheckpoint(await latestCheckpoint(context), log).size).toBeGreaterThan(3);
  const receipt = verifyReceipt(await receiptFor(context, 1), log);
  expect([receipt.leafIndex, receipt.act.body]).toEqual([1, { text: 'b' }]);
}

describe('a database that the first version wrote', () => {
  it('opens and serves under the newest, embedded', async () => {
    const place = embedded();
    await writtenBy(place, 1);
    await serves(place);
  });

  it('opens under the newest, whatever version wrote it last', async () => {
    // Every third in `npm test`, the last among them; each in the nightly run.
    const step = fuzzRuns > 5000 ? 1 : 3;
    for (let known = MIGRATIONS.length - 1; known >= 1; known -= step) {
      const place = embedded();
      await writtenBy(place, known);
      const store = await place.open(MIGRATIONS);
      expect(await store.first(readHead, {})).toMatchObject({ size: 3 });
      await store.close();
    }
  });
});

/** A host with its session, as they were before there were guests. */
const HOST_OF_OLD = `
  insert into host (id, tenant, facility_id, ek_digest, ek_certificate, ek_anchor, ek_name, ek_valid_until_ms, jkt, host_key,
    ak_name, ak_public, hostname, tpm_device_id, enrolled_at_ms, version)
  values ('hst_1', 'acme', 'fac_1', 'digest', '\\x01', 'anchor', '\\x02', 5, 'jkt', '{}', '\\x03', '\\x04', 'rack', 'tpm_1', 6, 7);
  insert into host_state (host_id, session_issued_at_ms, session_expires_at_ms, unanswered, failures,
    next_attestation_after_ms, reasons, reference_sets, trust_epoch, pcrs)
  values ('hst_1', 0, 0, 0, 0, 0, '[]', '[]', 0, '{}');
  insert into session (id, host_id, nonce, issued_at_ms, expires_at_ms) values ('ses_1', 'hst_1', '\\x05', 1, 2)`;

describeWithPostgres('a PostgreSQL database that the first version wrote', () => {
  it('opens and serves under the newest', async () => {
    const place = await postgres();
    await writtenBy(place, 1);
    await serves(place);
  });

  it('keeps its hosts, their TPMs and all that refers to them', async () => {
    const place = await postgres();
    await writtenBy(place, 3);
    const { database = '' } = place;
    await execute(database, HOST_OF_OLD);
    await (await place.open(MIGRATIONS)).close();
    const [host] = await execute(
      database,
      'select kind, identity_sha256, device_id, encode(ek_name, $$hex$$) as name, tee from host',
    );
    expect(host).toEqual({
      kind: 'tpm',
      identity_sha256: 'digest',
      device_id: 'tpm_1',
      name: '02',
      tee: null,
    });
    expect(await execute(database, 'select id from session')).toEqual([{ id: 'ses_1' }]);
    await expect(execute(database, 'delete from host')).rejects.toMatchObject({ code: '23503' });
  });

  it('is migrated once, though several processes open it at once', async () => {
    const place = await postgres();
    await writtenBy(place, 1);
    const stores = await Promise.all([1, 2, 3].map(() => place.open(MIGRATIONS)));
    for (const store of stores) {
      expect(await store.first(readHead, {})).toMatchObject({ size: 3 });
      await store.close();
    }
    const [counted] = await execute(
      place.database ?? '',
      'select count(*)::int as count from schema_migration',
    );
    expect(counted).toEqual({ count: MIGRATIONS.length });
  });
});
