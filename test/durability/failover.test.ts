import { setTimeout as delay } from 'node:timers/promises';
import { expect, it, onTestFinished } from 'vitest';
import { startVerifier, type Verifier } from '../../src/cli/serve/verifier.ts';
import { createLogger } from '../../src/http/logger.ts';
import { createPrincipal } from '../../src/service/access/principals.ts';
import { latestCheckpoint } from '../../src/service/log.ts';
import type { Principal } from '../../src/service/principal.ts';
import { serverAbsent, serverFolder, startServer } from '../postgres/server.ts';
import { execute } from '../postgres/shared.ts';
import { FOR_A_STANDBY, startStandby } from '../postgres/standby.ts';
import { temporaryFolder } from '../store/temporary.ts';

const BY: Principal = {
  id: 'prn_x',
  name: 'x',
  role: 'administrator',
  tenant: 'verifier',
  scopes: new Set(),
};

const because = serverAbsent === null ? '' : ` (skipped: ${serverAbsent})`;

it.skipIf(serverAbsent !== null)(
  `signs and records nothing on a standby that took over behind what was published, in a process that went on and in one that starts${because}`,
  { timeout: 300_000 },
  async () => {
    const primary = await startServer(serverFolder(), FOR_A_STANDBY);
    onTestFinished(primary.remove);
    await execute(primary.url('postgres'), 'create database verifier');
    const standby = await startStandby(primary);
    onTestFinished(standby.remove);
    const data = temporaryFolder();
    const serve = async (): Promise<Verifier> => {
      const verifier = await startVerifier({
        ...{
          data,
          database: primary.url('verifier'),
          host: '127.0.0.1',
          port: 0,
          publicUrl: 'http://v.example',
        },
        log: createLogger('silent'),
        config: { logOrigin: 'v.example/v1/log' },
      });
      onTestFinished(() => verifier.close());
      return verifier;
    };
    const leaves = async (url: string) => (await execute(url, 'select size from log_head'))[0]?.['size'];
    const act = ({ context }: Verifier) =>
      createPrincipal(context, BY, { name: 'somebody', role: 'operator', tenant: 'acme' });
    const published = async ({ context }: Verifier) =>
      Number((await latestCheckpoint(context)).split('\n')[1]);

    const running = await serve();
    await act(running);
    const early = await published(running);
    while (Number(await leaves(standby.url('verifier'))) < early) await delay(20);
    await standby.lag();
    await act(running);
    expect(await published(running)).toBeGreaterThan(early);
    await primary.stop('immediate');
    await standby.takeOver();
    expect(Number(await leaves(primary.url('verifier')))).toBe(early);

    // An act that nobody asks a receipt for is refused like any other.
    for (const verifier of [running, await serve()]) {
      await expect(act(verifier)).rejects.toMatchObject({ code: 'log_behind' });
      await expect(published(verifier)).rejects.toMatchObject({ code: 'log_behind' });
      const ready = await fetch(`${verifier.url}/readyz`);
      expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining('log_behind')]);
    }
    expect(Number(await leaves(primary.url('verifier')))).toBe(early);
  },
);
