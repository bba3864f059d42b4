import { cpSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { dpopProof } from '../../src/agent/dpop.ts';
import { type Session, session as sessionSchema } from '../../src/protocol/session.ts';
import { backupSqlite } from '../../src/store/sqlite/backup.ts';
import { sextant } from '../cli/in-process.ts';
import { examineLog } from '../durability/examine-log.ts';
import { spawnVerifier } from '../durability/verifier-process.ts';
import type { Witnessed } from '../durability/witness.ts';
import { type Connection, connectTo, LOG_ORIGIN, PUBLIC_URL, type Reply } from '../fleet/connection.ts';
import { foundFleet } from '../fleet/found.ts';
import { bundleOf, type FleetHost, submitWith } from '../fleet/host.ts';
import { onPostgres } from '../postgres/choice.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { fakeTimeAbsent, steppedClock } from './fake-time.ts';
import { checkOf, look } from './told.ts';

const TWO_HOURS = 7_200;
const YEAR = 365 * 86_400;
const HOUR_MS = 3_600_000;

if (fakeTimeAbsent !== null && process.env['SEXTANT_REQUIRE_ALL'] === '1')
  throw new Error(`required here: ${fakeTimeAbsent}`);

/** A host whose clock is off by as many seconds. */
type Clocked = { readonly host: FleetHost; readonly connection: Connection; readonly offSeconds: number };

function ask({ host, offSeconds }: Clocked, path: string): Promise<string> {
  const now = new Date(Date.now() + offSeconds * 1000);
  return dpopProof(host.hostKey, 'POST', new URL(path, PUBLIC_URL), now);
}

async function open(clocked: Clocked): Promise<Reply> {
  return clocked.connection.ask('POST', '/v1/sessions', {
    headers: { dpop: await ask(clocked, '/v1/sessions') },
  });
}

/** One attestation, accepted. */
async function attest(clocked: Clocked, witnessed: Witnessed[]): Promise<Session> {
  const { host, connection } = clocked;
  const opened = await open(clocked);
  expect(opened).toMatchObject({ status: 201 });
  const session = sessionSchema.parse(JSON.parse(opened.text));
  const bundle = await bundleOf(host, session);
  const proof = await ask(clocked, `/v1/sessions/${session.id}/evidence`);
  const { status, text } = await submitWith(connection, proof, session.id, bundle);
  expect({ status, accepted: text.includes('"outcome":"accepted"') }).toEqual({
    status: 200,
    accepted: true,
  });
  witnessed.push({ host, session, submission: { bundle, proof }, answers: [text] });
  return session;
}

describe.skipIf(fakeTimeAbsent !== null)(
  `a verifier whose machine's clock is stepped${fakeTimeAbsent === null ? '' : ` (skipped: ${fakeTimeAbsent})`}`,
  () => {
    it('never goes behind what it recorded, and says so while the machine is', async () => {
      const folder = temporaryFolder();
      const data = join(folder, 'data');
      const { hosts } = await foundFleet(data, 1);
      const [host] = hosts;
      if (host === undefined) throw new Error('no host');
      const machine = steppedClock(join(folder, 'clock'));
      const verifier = spawnVerifier(data, { env: machine.env });
      const url = await verifier.open();
      const connection = connectTo(url);
      onTestFinished(() => connection.close());
      const right: Clocked = { host, connection, offSeconds: 0 };
      const witnessed: Witnessed[] = [];
      const clockOf = async (): Promise<unknown> => checkOf(await look(`${url}/readyz`), 'clock');
      const settled = async (status: string): Promise<void> => {
        await expect.poll(clockOf, { interval: 100 }).toBe(status);
      };

      const first = await attest(right, witnessed);
      expect(await clockOf()).toBe('ok');

      machine.step(-TWO_HOURS);
      await settled('failed');
      const held = await attest(right, witnessed);
      expect(held.issuedAt >= first.issuedAt).toBe(true);
      expect(Date.parse(held.issuedAt)).toBeLessThan(Date.parse(first.issuedAt) + HOUR_MS);

      machine.step(0);
      await settled('ok');

      machine.step(TWO_HOURS);
      expect(await open(right)).toMatchObject({ status: 401, text: expect.stringContaining('dpop_invalid') });
      const ahead = await attest({ ...right, offSeconds: TWO_HOURS }, witnessed);
      expect(Date.parse(ahead.issuedAt) - Date.parse(first.issuedAt)).toBeGreaterThan(HOUR_MS);

      machine.step(0);
      await settled('failed');
      // What was recorded under the wrong date grows no younger: hosts whose clocks are right wait until time has caught up.
      expect(await open(right)).toMatchObject({ status: 401, text: expect.stringContaining('dpop_invalid') });
      const after = await attest({ ...right, offSeconds: TWO_HOURS }, witnessed);
      expect(after.issuedAt >= ahead.issuedAt).toBe(true);

      expect(await verifier.stop()).toBe(0);
      expect((await examineLog(data, witnessed)).faults).toEqual([]);
    });

    it.skipIf(onPostgres)(
      'is led out of a future on record by a backup of before, under another name',
      async () => {
        const folder = temporaryFolder();
        const [data, copy] = [join(folder, 'data'), join(folder, 'copy')];
        const { hosts } = await foundFleet(data, 1);
        const [host] = hosts;
        if (host === undefined) throw new Error('no host');
        const machine = steppedClock(join(folder, 'clock'));
        const serve = async (env: Record<string, string> = {}) => {
          const verifier = spawnVerifier(data, { env: { ...machine.env, ...env } });
          const url = await verifier.open();
          const connection = connectTo(url);
          onTestFinished(() => connection.close());
          return { verifier, url, right: { host, connection, offSeconds: 0 } };
        };
        const publish = async (url: string): Promise<void> => {
          expect((await fetch(`${url}/v1/log/checkpoint`)).status).toBe(200);
        };

        const before = await serve();
        const first = await attest(before.right, []);
        await publish(before.url);
        await backupSqlite(data, copy);
        machine.step(YEAR);
        await attest({ ...before.right, offSeconds: YEAR }, []);
        await publish(before.url);
        machine.step(0);
        // A year of waiting otherwise.
        expect(await open(before.right)).toMatchObject({ status: 401 });
        expect(await before.verifier.stop()).toBe(0);

        for (const name of readdirSync(data))
          if (name.startsWith('sextant.db')) rmSync(join(data, name), { recursive: true });
        cpSync(join(copy, 'sextant.db'), join(data, 'sextant.db'));
        const origin = `${LOG_ORIGIN}/2`;
        const reason = ['--reason', 'the clock was a year ahead on 3 March', '--origin', origin];
        expect(await sextant('log', 'new-origin', '--data', data, ...reason)).toMatchObject({ status: 0 });

        const after = await serve({ FLEET_LOG_ORIGIN: origin });
        const ready = await look(`${after.url}/readyz`);
        expect([checkOf(ready, 'clock'), checkOf(ready, 'log')]).toEqual(['ok', 'ok']);
        const next = await attest(after.right, []);
        expect(Date.parse(next.issuedAt) - Date.parse(first.issuedAt)).toBeLessThan(HOUR_MS);
        expect(await after.verifier.stop()).toBe(0);
      },
    );
  },
);
