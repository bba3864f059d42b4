import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { examineLog } from '../durability/examine-log.ts';
import { attestAmong, type Outcome } from '../durability/replicas.ts';
import { spawnVerifier } from '../durability/verifier-process.ts';
import { connectTo, proofFor } from '../fleet/connection.ts';
import { foundFleet } from '../fleet/found.ts';
import type { FleetHost } from '../fleet/host.ts';
import { placeOnPostgres } from '../postgres/choice.ts';
import { serverAbsent, serverFolder, startServer } from '../postgres/server.ts';
import { execute } from '../postgres/shared.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { nightly } from './nightly.ts';
import { checkOf, look, until } from './told.ts';

const HOSTS = 2;
/** As if the server's machine had lost power; nightly also as an administrator stops it. */
const MODES = nightly ? (['fast', 'immediate'] as const) : (['immediate'] as const);

if (serverAbsent !== null && process.env['SEXTANT_REQUIRE_ALL'] === '1')
  throw new Error(`required here: ${serverAbsent}`);

describe.skipIf(serverAbsent !== null)(
  `a verifier whose database goes and comes back under load${serverAbsent === null ? '' : ` (skipped: ${serverAbsent})`}`,
  () => {
    it('says so, recovers by itself, and has lost nothing that it answered', {
      timeout: 120_000,
    }, async () => {
      const server = await startServer(serverFolder());
      onTestFinished(() => server.remove());
      await execute(server.url('postgres'), "create database faults template template0 encoding 'UTF8'");
      const data = join(temporaryFolder(), 'data');
      await placeOnPostgres(data, server.url('faults'));
      const { hosts } = await foundFleet(data, HOSTS);
      const verifier = spawnVerifier(data);
      const url = await verifier.open();
      const connection = connectTo(url);
      onTestFinished(() => connection.close());

      const outcome: Outcome = { witnessed: [], requests: 0, retries: 0, failures: [] };
      let ended = false;
      const replica = { connection: () => connection };
      const load = hosts.map((host) => attestAmong(replica, host, outcome, () => ended));
      const ready = () => look(`${url}/readyz`);
      for (const mode of MODES) {
        const before = outcome.witnessed.length;
        await until(ready, () => outcome.witnessed.length > before + HOSTS);
        await server.stop(mode);
        const gone = await until(ready, ({ status }) => status === 503);
        expect(checkOf(gone, 'store')).toBe('failed');
        expect((await look(`${url}/healthz`)).status).toBe(200);
        expect(await refused(url, hosts[0])).toEqual({ status: 503, code: 'store_unavailable', again: true });
        await server.start();
        expect(checkOf(await until(ready, ({ status }) => status === 200), 'store')).toBe('ok');
      }
      const before = outcome.witnessed.length;
      await until(ready, () => outcome.witnessed.length > before + HOSTS);
      ended = true;
      await Promise.all(load);
      expect(await verifier.stop()).toBe(0);
      expect(outcome.failures).toEqual([]);
      expect(outcome.retries).toBeGreaterThan(0);
      const examined = await examineLog(data, outcome.witnessed, { mayLackReceipts: true });
      expect(examined.faults).toEqual([]);
    });
  },
);

/** What a host hears that asks for a session. */
async function refused(url: string, host: FleetHost | undefined): Promise<object> {
  if (host === undefined) throw new Error('no host');
  const dpop = await proofFor(host.hostKey, '/v1/sessions');
  const response = await fetch(`${url}/v1/sessions`, { method: 'POST', headers: { dpop } });
  const { code } = (await response.json()) as { readonly code: unknown };
  return { status: response.status, code, again: Number(response.headers.get('retry-after')) > 0 };
}
