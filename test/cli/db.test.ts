import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { bootstrap } from '../../src/cli/serve/bootstrap.ts';
import { startVerifier, type Verifier } from '../../src/cli/serve/verifier.ts';
import { verifyGrowth } from '../../src/record/growth.ts';
import { type NoteVerifier, verifyCheckpoint, verifyReceipt } from '../../src/record/index.ts';
import { growthSince, latestCheckpoint, receiptFor } from '../../src/service/log.ts';
import { describeWithPostgres, newDatabase } from '../postgres/shared.ts';
import { dataRoot } from '../store/data-root.ts';
import { sextant } from './in-process.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(dataRoot, 'sextant-db-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function serving(data: string, database?: string): Promise<Verifier> {
  const verifier = await startVerifier({
    data,
    ...(database === undefined ? {} : { database }),
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
  });
  onTestFinished(() => verifier.close());
  return verifier;
}

const logOf = ({ context }: Verifier): NoteVerifier => ({
  name: context.config.logOrigin,
  publicKey: context.keys.log.publicKey,
});
const keySet = async ({ url }: Verifier): Promise<string> =>
  (await fetch(`${url}/.well-known/jwks.json`)).text();

describeWithPostgres('a verifier that moves from its embedded database to PostgreSQL', () => {
  it('keeps its log, its keys and its people; receipts and checkpoints of before still verify', async () => {
    const data = temporaryFolder();
    const database = await newDatabase();
    const before = await serving(data);
    await bootstrap(before.context, data);
    const log = logOf(before);
    const [keys, checkpoint] = [await keySet(before), await latestCheckpoint(before.context)];
    const seen = verifyCheckpoint(checkpoint, log);
    const { size } = seen;
    const receipt = await receiptFor(before.context, 0);
    await before.close();

    const file = join(data, 'moved.jsonl');
    expect(await sextant('db', 'export', file, '--data', data)).toMatchObject({ status: 0, stderr: '' });
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const imported = await sextant('db', 'import', file, '--database', database);
    expect(imported).toMatchObject({ status: 0, stderr: '' });
    expect(imported.stdout).toContain(`the log's ${size} leaves`);

    const after = await serving(data, database);
    expect(logOf(after).name).toBe(log.name);
    expect(await keySet(after)).toBe(keys);
    expect(verifyReceipt(receipt, logOf(after)).leafIndex).toBe(0);
    expect(verifyReceipt(await receiptFor(after.context, 0), log).act).toEqual(
      verifyReceipt(receipt, log).act,
    );
    const growth = await growthSince(after.context, size);
    expect(verifyGrowth(growth, seen, log).size).toBeGreaterThanOrEqual(size);
    const people = await sextant('principal', 'list', '--url', after.url, '--data', data);
    expect(people.stdout).toContain('first administrator');
    // Twice is once too often.
    const again = await sextant('db', 'import', file, '--database', database);
    expect(again).toMatchObject({ status: 2, stdout: '' });
    expect(again.stderr).toContain('store_in_use');
  }, 120_000);

  it('is refused where its log was signed under other keys', async () => {
    const database = await newDatabase();
    await (await serving(temporaryFolder(), database)).close();
    const other = startVerifier({
      data: temporaryFolder(),
      database,
      host: '127.0.0.1',
      port: 0,
      log: pino({ level: 'silent' }),
    });
    await expect(other).rejects.toMatchObject({ code: 'log_key_differs' });
  });
});

describe('sextant db', () => {
  it('says what is wrong with an address, and prints no password', async () => {
    vi.stubEnv('SEXTANT_DEBUG', '1');
    onTestFinished(() => void vi.unstubAllEnvs());
    for (const url of [
      'postgres://ann:s3cret@127.0.0.1:1/nothing',
      'postgres://ann:s3cret@127.0.0.1/x?sslmode=require',
      'mysql://ann:s3cret@127.0.0.1/x',
    ]) {
      const { status, stdout, stderr } = await sextant('db', 'status', '--database', url);
      expect([url, status, stdout]).toEqual([url, 2, '']);
      expect(stderr).not.toContain('s3cret');
    }
  });

  it('shows an embedded database: its migrations, its log and its rows', async () => {
    const { status, stdout } = await sextant('db', 'status', '--json', '--data', temporaryFolder());
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ leaves: 0, rows: { log_leaf: 0, principal: 0 } });
  });
});
