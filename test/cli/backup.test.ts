import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { startVerifier, type Verifier } from '../../src/cli/serve/verifier.ts';
import { verifyGrowth } from '../../src/record/growth.ts';
import { verifyCheckpoint, verifyReceipt } from '../../src/record/index.ts';
import { growthSince, latestCheckpoint, receiptFor } from '../../src/service/log.ts';
import { act } from '../store/contract.ts';
import { dataRoot } from '../store/data-root.ts';
import { sextant } from './in-process.ts';

function temporaryFolder(): string {
  const folder = mkdtempSync(join(dataRoot, 'sextant-backup-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function serving(data: string): Promise<Verifier> {
  const log = pino({ level: 'silent' });
  const verifier = await startVerifier({ data, host: '127.0.0.1', port: 0, log });
  onTestFinished(() => verifier.close());
  return verifier;
}

const DATABASE = 'sextant.db';

describe('sextant db backup', () => {
  it('copies a database that is written to, and restore gives back what a verifier goes on from', async () => {
    const folder = temporaryFolder();
    const [data, copy] = [join(folder, 'data'), join(folder, 'copy')];
    const before = await serving(data);
    const { context } = before;
    const log = { name: context.config.logOrigin, publicKey: context.keys.log.publicKey };
    const write = (text: string): Promise<number> => context.store.write((tx) => tx.record(act(text)));
    await write('before');
    const seen = verifyCheckpoint(await latestCheckpoint(context), log);
    let writing = true;
    let written = 0;
    const busy = (async () => {
      while (writing) await write(`during ${written++}`);
    })();
    const made = await sextant('db', 'backup', copy, '--data', data);
    writing = false;
    await busy;
    expect(made).toMatchObject({ status: 0, stderr: '' });
    expect(written).toBeGreaterThan(0);
    expect(readdirSync(copy).sort()).toEqual(['backup.json', DATABASE]);
    for (const name of readdirSync(copy)) expect(statSync(join(copy, name)).mode & 0o777).toBe(0o600);
    const { leaves } = JSON.parse(readFileSync(join(copy, 'backup.json'), 'utf8'));
    expect(leaves).toBeGreaterThanOrEqual(seen.size);
    await write('after');
    await before.close();

    const refused = await sextant('db', 'restore', copy, '--data', data);
    expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('unwritable')]);
    const lost = join(folder, 'lost');
    for (const name of readdirSync(data).filter((one) => one.startsWith(DATABASE)))
      renameSync(join(data, name), `${lost}-${name}`);
    expect(await sextant('db', 'restore', copy, '--data', data)).toMatchObject({ status: 0, stderr: '' });
    const after = await serving(data);
    const growth = await growthSince(after.context, seen.size);
    expect(verifyGrowth(growth, seen, log).size).toBeGreaterThanOrEqual(leaves);
    expect(verifyReceipt(await receiptFor(after.context, seen.size - 1), log).act.body).toEqual({
      text: 'before',
    });
  });

  it('is no backup where a byte of it was changed, and leaves nothing behind where it is refused', async () => {
    const folder = temporaryFolder();
    const [data, copy, target] = [join(folder, 'data'), join(folder, 'copy'), join(folder, 'target')];
    const { context, close } = await serving(data);
    await context.store.write((tx) => tx.record(act('kept')));
    await close();
    expect((await sextant('db', 'backup', copy, '--data', data)).status).toBe(0);
    const whole = readFileSync(join(copy, DATABASE));
    for (const place of [whole.indexOf('"text":"kept"') + 9, 5_000]) {
      const bent = Buffer.from(whole);
      bent[place] = (bent[place] ?? 0) ^ 1;
      writeFileSync(join(copy, DATABASE), bent);
      const { status } = await sextant('db', 'restore', copy, '--data', target);
      expect([place, status, existsSync(join(target, DATABASE))]).toEqual([place, 2, false]);
      expect(readdirSync(target)).toEqual([]);
    }
    writeFileSync(join(copy, DATABASE), whole);
    expect((await sextant('db', 'restore', copy, '--data', target)).status).toBe(0);
  });

  it.each([
    ['a folder that is there', ['backup', '.'], 'unwritable'],
    ['a folder without a database', ['backup', 'never', '--data', tmpdir()], 'unreadable'],
    ['PostgreSQL', ['backup', 'never', '--database', 'postgres://a@b/c'], 'usage'],
    ['what is no backup', ['restore', '.', '--data', 'never'], 'unreadable'],
  ])('refuses %s', async (_, args, code) => {
    vi.stubEnv('SEXTANT_DATABASE_URL', '');
    onTestFinished(() => void vi.unstubAllEnvs());
    const { status, stderr } = await sextant('db', ...args);
    expect([status, stderr]).toEqual([2, expect.stringContaining(code)]);
    expect(existsSync('never')).toBe(false);
  });
});
