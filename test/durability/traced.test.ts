import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { connectTo } from '../fleet/connection.ts';
import { foundFleet } from '../fleet/found.ts';
import { onPostgres } from '../postgres/choice.ts';
import { temporaryFolder } from '../store/temporary.ts';
import { acksBeforeSync, HTTP_SUCCESS } from '../store/trace.ts';
import { spawnVerifier } from './verifier-process.ts';
import { attestTimes } from './witness.ts';

const HOSTS = 4;
const TIMES = 5;
/** Each attestation is two answers: the session, the appraisal. */
const ANSWERS = 2 * HOSTS * TIMES;

function straceAbsent(): string | null {
  if (onPostgres) return 'on PostgreSQL the server syncs: see test/store/postgres';
  if (spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0) return null;
  const reason = 'strace is absent or may not run';
  if (process.env['SEXTANT_REQUIRE_ALL'] === '1') throw new Error(`required here: ${reason}`);
  return reason;
}
const absent = straceAbsent();

/** What a verifier wrote and synced while hosts attested side by side. */
async function traceOf({ unsynced }: { readonly unsynced: boolean }): Promise<string> {
  const folder = temporaryFolder();
  const data = join(folder, 'data');
  const trace = join(folder, 'trace');
  const { hosts } = await foundFleet(data, HOSTS);
  const verifier = spawnVerifier(data, { trace, unsynced });
  const connection = connectTo(await verifier.open());
  await Promise.all(hosts.map((host) => attestTimes(connection, host, TIMES)));
  connection.close();
  await verifier.stop();
  return readFileSync(trace, 'utf8');
}

describe.skipIf(absent !== null)(
  `a verifier over HTTP, traced${absent === null ? '' : ` (skipped: ${absent})`}`,
  { timeout: 120_000 },
  () => {
    it('sends no answer between a write to its log and the sync of it', async () => {
      const { acks, syncs, early } = acksBeforeSync(await traceOf({ unsynced: false }), HTTP_SUCCESS);
      expect(acks).toBe(ANSWERS);
      // No commit holds more than one answer of each host.
      expect(syncs).toBeGreaterThanOrEqual(ANSWERS / HOSTS);
      expect(early).toEqual([]);
    });

    it('is caught when it does not sync', async () => {
      const { acks, syncs, early } = acksBeforeSync(await traceOf({ unsynced: true }), HTTP_SUCCESS);
      expect(acks).toBe(ANSWERS);
      expect(syncs).toBe(0);
      expect(early.length).toBe(ANSWERS);
    });
  },
);
