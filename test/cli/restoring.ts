import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { pino } from 'pino';
import { onTestFinished } from 'vitest';
import { startVerifier, type Verifier, type VerifierOptions } from '../../src/cli/serve/verifier.ts';
import { backupSqlite } from '../../src/store/sqlite/backup.ts';
import { act } from '../store/contract.ts';
import { temporaryFolder } from '../store/temporary.ts';

export const ORIGIN = 'restored.example/log';
const log = pino({ level: 'silent' });

export async function serving(
  options: Partial<VerifierOptions> & { readonly data: string },
): Promise<Verifier> {
  const config = { logOrigin: ORIGIN };
  const verifier = await startVerifier({ host: '127.0.0.1', port: 0, log, config, ...options });
  onTestFinished(() => verifier.close());
  return verifier;
}

export const record = ({ context }: Verifier, text: string) =>
  context.store.write((tx) => tx.record(act(text)));

export async function readiness({ url }: Verifier): Promise<unknown> {
  const response = await fetch(`${url}/readyz`);
  const { checks } = (await response.json()) as { readonly checks: readonly { readonly name: string }[] };
  return [response.status, checks.find(({ name }) => name === 'log')];
}

/** A verifier that was backed up, went on and published; `restore` puts the backup in its database's place. */
export async function backedUp(options: Partial<VerifierOptions> = {}) {
  const folder = temporaryFolder();
  const [data, copy] = [join(folder, 'data'), join(folder, 'copy')];
  const before = await serving({ data, ...options });
  await record(before, 'one');
  await backupSqlite(data, copy);
  const restore = (): void => {
    for (const name of readdirSync(data))
      if (name.startsWith('sextant.db')) rmSync(join(data, name), { recursive: true });
    cpSync(join(copy, 'sextant.db'), join(data, 'sextant.db'));
  };
  return { folder, data, before, restore };
}

export const forgetPublished = (data: string): void => rmSync(join(data, 'published'), { recursive: true });
